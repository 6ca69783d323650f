using System.Text;
using Infernet.Cli.Commands;

namespace Infernet.Cli.Jobs;

/// <summary>
/// A file that appears whole or not at all: written beside its place, and moved there by <see cref="Commit"/>. One that
/// is not committed leaves nothing behind.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly StreamWriter _writer;
    private bool _committed;

    private OutputFile(string path)
    {
        _path = Path.GetFullPath(path);
        _temporary = $"{_path}.{Environment.ProcessId}.partial";
        _writer = new StreamWriter(_temporary, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
    }

    public TextWriter Writer => _writer;

    /// <summary>Opens the file for writing before any work is done for it.</summary>
    /// <exception cref="UsageException">Nothing can be written there.</exception>
    public static OutputFile Create(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? throw new UsageException($"{path} is a folder; name a file to write to.")
                : new OutputFile(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} can't be written: {problem.Message}");
        }
    }

    /// <summary>Makes the content durable and puts it in its place, over what was there.</summary>
    public void Commit()
    {
        _writer.Flush();
        ((FileStream)_writer.BaseStream).Flush(flushToDisk: true);
        _writer.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _committed = true;
    }

    public void Dispose()
    {
        if (!_committed)
        {
            _writer.Dispose();
            File.Delete(_temporary);
        }
    }
}
