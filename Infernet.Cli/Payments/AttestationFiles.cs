using System.CommandLine;
using System.Text.Json;
using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Payments;

/// <summary>The committee's attestations as files: a line of JSON each.</summary>
internal static class AttestationFiles
{
    private const int MaxLength = 16 << 10;

    public static Argument<string[]> Argument { get; } = new("FILE")
    {
        Description = "An attestation of each member that signed.", Arity = ArgumentArity.OneOrMore,
    };

    public static IReadOnlyList<AttestationView> Read(CommandContext context) =>
        [.. context.Value(Argument).Select(Read)];

    public static void Write(string path, AttestationView attestation)
    {
        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(attestation, PaymentJson.Default.AttestationView) + "\n");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} can't be written: {problem.Message}");
        }
    }

    private static AttestationView Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? throw new UsageException($"There is no file {path}.")
                : file.Length > MaxLength ? throw new UsageException($"{path} is too long for an attestation.")
                : JsonSerializer.Deserialize(File.ReadAllBytes(path), PaymentJson.Default.AttestationView)
                    ?? throw new JsonException("it holds null");
        }
        catch (JsonException broken)
        {
            throw new UsageException(
                $"{path} is not an attestation; 'infernet evidence attest' writes one. ({broken.Message})");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} can't be read: {problem.Message}");
        }
    }
}
