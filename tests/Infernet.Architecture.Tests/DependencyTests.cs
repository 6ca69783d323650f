using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Infernet.Architecture.Tests;

/// <summary>The arrows between projects point only where docs/ARCHITECTURE.md lets them.</summary>
[TestFixture]
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Infernet.Core"] = [],
        ["Infernet.Libp2p"] = ["Infernet.Core"],
        ["Infernet.Dht"] = ["Infernet.Core", "Infernet.Libp2p"],
        ["Infernet.ContentStore"] = ["Infernet.Core", "Infernet.Libp2p"],
        ["Infernet.Solana"] = ["Infernet.Core"],
        ["Infernet.Execution"] = ["Infernet.Core"],
        ["Infernet.Daemon"] =
        [
            "Infernet.Core", "Infernet.Libp2p", "Infernet.Dht", "Infernet.ContentStore", "Infernet.Solana",
            "Infernet.Execution",
        ],
        ["Infernet.Cli"] = ["Infernet.Core", "Infernet.Daemon"],
    };

    [Test]
    public void Projects_EachOne_HasARowInTheTable() => Assert.That(Repository.Projects, Is.SubsetOf(Allowed.Keys));

    [TestCaseSource(typeof(Repository), nameof(Repository.Projects))]
    public void ProjectFile_References_AreAllowed(string project)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, project, project + ".csproj"));
        IEnumerable<string> referenced = file.Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.That(referenced, Is.SubsetOf(Allowed[project]));
    }

    // A project reference brings along what it references itself, so the compiled assembly is the one to ask.
    [TestCaseSource(typeof(Repository), nameof(Repository.Projects))]
    public void Assembly_References_AreAllowed(string project)
    {
        IEnumerable<string> referenced = ReferencesOf(AssemblyOf(project))
            .Where(r => r.StartsWith("Infernet.", StringComparison.Ordinal));
        Assert.That(referenced, Is.SubsetOf(Allowed[project]));
    }

    private static string AssemblyOf(string project)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, project, project + ".csproj"));
        string name = file.Descendants("AssemblyName").SingleOrDefault()?.Value ?? project;
        return Path.Combine(AppContext.BaseDirectory, name + ".dll");
    }

    private static string[] ReferencesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }
}
