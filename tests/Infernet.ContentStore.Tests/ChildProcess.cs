namespace Infernet.ContentStore.Tests;

/// <summary>The entry point of the process that tests start.</summary>
internal static class ChildProcess
{
    public static Task<int> Main(string[] args) => Task.FromResult(args.Length);
}
