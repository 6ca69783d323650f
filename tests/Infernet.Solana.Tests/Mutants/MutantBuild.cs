using System.Buffers.Binary;
using System.Diagnostics;
using Infernet.Solana.Tests.Ledgers;
using Infernet.Solana.Tests.Node;

namespace Infernet.Solana.Tests.Mutants;

/// <summary>One build of the program from which every mutant is made by writing a number into it.</summary>
internal sealed class MutantBuild
{
    private static readonly string Folder = Path.Combine(NodeScripts.Root, "programs", "settlement");

    private readonly byte[] _program;
    private readonly int _at;

    private MutantBuild(IReadOnlyList<Check> checks, byte[] program)
    {
        Checks = checks;
        _program = program;
        byte[] mark = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(mark, CheckedSource.Nothing);
        _at = program.AsSpan().IndexOf(mark);
        Debug.Assert(_at >= 0 && program.AsSpan(_at + 1).IndexOf(mark) < 0, "the mark is there once");
    }

    public IReadOnlyList<Check> Checks { get; }

    /// <summary>The program with all of its checks.</summary>
    public byte[] Whole => _program;

    public static async Task<MutantBuild> MakeAsync()
    {
        string work = Directory.CreateTempSubdirectory("infernet-mutants").FullName;
        try
        {
            var source = new CheckedSource();
            foreach (string file in Directory.GetFiles(Path.Combine(Folder, "src")).Order(StringComparer.Ordinal))
            {
                string rewritten = source.Rewrite(await File.ReadAllTextAsync(file));
                await File.WriteAllTextAsync(
                    Path.Combine(work, Path.GetFileName(file)),
                    file.EndsWith(".c", StringComparison.Ordinal) ? CheckedSource.Preamble + rewritten : rewritten);
            }

            string output = Path.Combine(work, "program.so");
            await BuildTests.BuildFromAsync(work, output, "-w");
            return new MutantBuild(source.Checks, await File.ReadAllBytesAsync(output));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>The program without one of its checks.</summary>
    public byte[] Without(Check check)
    {
        byte[] mutant = [.. _program];
        BinaryPrimitives.WriteUInt64LittleEndian(mutant.AsSpan(_at), (ulong)check.Number);
        return mutant;
    }
}
