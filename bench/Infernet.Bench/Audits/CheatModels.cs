using Infernet.Bench.Processes;
using Infernet.Execution.Llama;

namespace Infernet.Bench.Audits;

/// <summary>The models that cheats run in place of the shipped one, written into a folder that goes when it is disposed.</summary>
internal sealed class CheatModels : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("infernet-audit").FullName;

    /// <summary>The shipped model in another quantisation.</summary>
    public string Quantised(Quantisation type) =>
        Write(type.ToString(), path => Quantizer.Write(Repository.Model, path, type));

    /// <summary>The shipped model without two of its six layers.</summary>
    public string Smaller() =>
        Write("smaller", path => Quantizer.Write(Repository.Model, path, Quantisation.Q8_0, withoutLayers: [2, 3]));

    /// <summary>The shipped model as it might have been before its last training.</summary>
    public string Stale() => Write("stale", path => WeightNoise.Write(Repository.Model, path, seed: 1));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, Action<string> write)
    {
        string path = Path.Combine(_folder, name + ".gguf");
        if (!File.Exists(path))
        {
            write(path);
        }

        return path;
    }
}
