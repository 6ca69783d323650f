using Infernet.Execution.Hardware;
using Infernet.Execution.Llama;

namespace Infernet.Execution.Tests.Hardware;

[TestFixture]
public sealed class ProbeTests
{
    private static readonly string[] CpuInfo =
    [
        "processor\t: 0", "model name\t: Example 9000", "physical id\t: 0", "core id\t\t: 0", "",
        "processor\t: 1", "model name\t: Example 9000", "physical id\t: 0", "core id\t\t: 0", "",
        "processor\t: 2", "model name\t: Example 9000", "physical id\t: 1", "core id\t\t: 0",
    ];

    [Test]
    public void Cores_OfThreadsThatShareThem_CountOnce() =>
        Assert.That(CpuProbe.UsableCores(CpuInfo, 3), Is.EqualTo(2));

    [Test]
    public void Cores_BeyondWhatIsAllowed_DoNotCount() =>
        Assert.That(CpuProbe.UsableCores(CpuInfo, 1), Is.EqualTo(1));

    [Test]
    public void Cores_ThatTheSystemDoesNotTell_AreThreads() =>
        Assert.That(CpuProbe.UsableCores(["processor : 0"], 6), Is.EqualTo(6));

    [Test]
    public void CpuModel_IsRead() =>
        Assert.That(
            (CpuProbe.Model(CpuInfo), CpuProbe.Model(["CPU part : 0xd0c"])), Is.EqualTo(("Example 9000", "unknown")));

    [Test]
    public void Memory_IsReadInKilobytes() =>
        Assert.That(
            MemoryProbe.Parse(["MemTotal:       1000 kB", "MemFree: 1 kB", "MemAvailable:   400 kB", "HugePages_Total: 0"]),
            Is.EqualTo(new MemoryState(1_024_000, 409_600)));

    [TestCase("max\n", "5\n", 1000, 600)]
    [TestCase("9223372036854771712", "5", 1000, 600)]
    [TestCase("500\n", "100\n", 500, 400)]
    [TestCase("900", "100", 900, 600)]
    [TestCase("100", "200", 100, 0)]
    public void Memory_OfControlGroup_IsTheLesser(string limit, string used, long total, long available) =>
        Assert.That(
            MemoryProbe.Limit(new MemoryState(1000, 600), limit, used), Is.EqualTo(new MemoryState(total, available)));

    [Test]
    public void Machine_Probed_HasWhatItMustHave()
    {
        HardwareInfo hardware = HardwareProbe.Probe(Path.GetTempPath());

        Assert.Multiple(() =>
        {
            Assert.That(hardware.Cores, Is.InRange(1, hardware.Threads));
            Assert.That(hardware.MemoryTotal, Is.GreaterThan(1 << 26));
            Assert.That(hardware.MemoryAvailable, Is.InRange(1, hardware.MemoryTotal));
            Assert.That(hardware.DiskFree, Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task Speed_OfLoadedModel_IsMeasured()
    {
        await using LlamaEngine engine = await TestModels.LoadAsync();
        MeasuredSpeed speed = await SpeedProbe.MeasureAsync(engine, TimeProvider.System)
            .WaitAsync(TestModels.Patience);

        Assert.Multiple(() =>
        {
            Assert.That(speed.PrefillTokensPerSecond, Is.GreaterThan(1));
            Assert.That(speed.DecodeTokensPerSecond, Is.GreaterThan(1));
        });
    }
}
