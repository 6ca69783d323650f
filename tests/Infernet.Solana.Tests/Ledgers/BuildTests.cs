using System.Diagnostics;
using System.Security.Cryptography;
using Infernet.Solana.Tests.Node;

namespace Infernet.Solana.Tests.Ledgers;

/// <summary>The program that is in the repository is the one that its sources give.</summary>
public class BuildTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly string Folder = Path.Combine(NodeScripts.Root, "programs", "settlement");

    [Test]
    public async Task Build_Sources_GiveTheCommittedProgram()
    {
        string output = Path.Combine(Path.GetTempPath(), $"settlement-{Environment.ProcessId}.so");
        await BuildAsync(output);
        try
        {
            byte[] built = await File.ReadAllBytesAsync(output);
            byte[] committed = await File.ReadAllBytesAsync(Path.Combine(Folder, "settlement.so"));
            string hash = (await File.ReadAllTextAsync(Path.Combine(Folder, "settlement.so.sha256"))).Split(' ')[0];
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(committed)), Is.EqualTo(hash));
            Assert.That(
                Convert.ToHexStringLower(SHA256.HashData(built)),
                Is.EqualTo(hash), "run programs/settlement/build.sh");
        }
        finally
        {
            File.Delete(output);
        }
    }

    [TestCase("extern int sol_no_such_call(void); unsigned long long entrypoint(void) { return sol_no_such_call(); }", "sol_no_such_call")]
    [TestCase("static int counter; unsigned long long entrypoint(void) { return ++counter; }", "writable")]
    [TestCase("unsigned long long entrypoint(unsigned long long (*f)(void)) { return f() + 1; }", "opcode 0x8d")]
    [TestCase("unsigned long long start(void) { return 0; }", "entrypoint")]
    public async Task Link_WhatCanNotRun_IsRefused(string source, string reason)
    {
        string folder = Directory.CreateTempSubdirectory("infernet-link").FullName;
        try
        {
            string c = Path.Combine(folder, "p.c"), o = Path.Combine(folder, "p.o");
            await File.WriteAllTextAsync(c, source);
            (int compiled, string errors) = await RunAsync("clang-19", "-target", "bpf", "-mcpu=v2", "-O2", "-c", c, "-o", o);
            Assert.That(compiled, Is.Zero, errors);
            (int linked, string said) = await RunAsync(
                "python3", "-B", Path.Combine(NodeScripts.Root, "programs", "tools", "sbpf-link.py"), o, Path.Combine(folder, "p.so"));
            Assert.That(linked, Is.Not.Zero);
            Assert.That(said, Does.Contain(reason).And.Not.Contain("Traceback"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What C can say and Solana's machine can't run is refused by compiler or linker, never left for the chain to find.
    [TestCase("(u64)((long long)p[0] / (long long)p[1])", "", "signed division")]
    [TestCase("(u64)((long long)p[0] / (long long)p[1])", "-mcpu=v4", "signed division")]
    [TestCase("(u64)((unsigned __int128)p[0] * p[1] >> 64)", "", "__multi3")]
    [TestCase("six(p[0], p[1], p[2], p[3], p[4], p[5])", "", "too many arguments")]
    [TestCase("big(p)", "", "stack limit")]
    [TestCase("(unsigned)p[0] > (unsigned)p[1] ? (unsigned)p[0] * 3u : 1", "-mcpu=v3", "-mcpu=v2")]
    public async Task Build_WhatTheMachineCanNotRun_IsRefused(string expression, string flag, string reason)
    {
        const string Types = "typedef unsigned long long u64;\n#define NOINLINE static __attribute__((noinline))\n";
        const string Six = "NOINLINE u64 six(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) { return a * b + c * d + e * f; }\n";
        const string Big = "NOINLINE u64 big(u64 *p) { volatile u64 a[600]; for (u64 i = 0; i < 600; i++) a[i] = p[i]; return a[*p]; }\n";
        string folder = Directory.CreateTempSubdirectory("infernet-trap").FullName;
        try
        {
            string function = expression.StartsWith("six", StringComparison.Ordinal) ? Six
                : expression.StartsWith("big", StringComparison.Ordinal) ? Big : "";
            await File.WriteAllTextAsync(
                Path.Combine(folder, "settlement.c"), $"{Types}{function}u64 entrypoint(u64 *p) {{ return {expression}; }}\n");
            (int code, string errors) = await RunAsync(
                "env",
                [
                    $"SOURCES={folder}", Path.Combine(Folder, "build.sh"), Path.Combine(folder, "p.so"),
                    .. flag.Length > 0 ? [flag] : Array.Empty<string>(),
                ]);
            Assert.That(code, Is.Not.Zero);
            Assert.That(errors, Does.Contain(reason));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async Task BuildAsync(params string[] arguments)
    {
        (int code, string errors) = await RunAsync(Path.Combine(Folder, "build.sh"), arguments);
        Assert.That(code, Is.Zero, errors);
    }

    /// <summary>Builds the program of another folder's sources.</summary>
    public static async Task BuildFromAsync(string sources, params string[] arguments)
    {
        (int code, string errors) = await RunAsync("env", [$"SOURCES={sources}", Path.Combine(Folder, "build.sh"), .. arguments]);
        Assert.That(code, Is.Zero, errors);
    }

    private static async Task<(int Code, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} did not start.");
        string errors = await process.StandardError.ReadToEndAsync().WaitAsync(Limit);
        await process.WaitForExitAsync().WaitAsync(Limit);
        return (process.ExitCode, errors);
    }
}
