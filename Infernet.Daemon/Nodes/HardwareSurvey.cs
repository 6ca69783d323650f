using Infernet.Core.Api;
using Infernet.Core.Schemas;
using Infernet.Execution;
using Infernet.Execution.Hardware;
using Microsoft.Extensions.Logging;
using System.Runtime.InteropServices;

namespace Infernet.Daemon.Nodes;

/// <summary>
/// What the machine offers, looked at once beside the start: finding GPUs takes longer than a start should. Until it
/// is known, and where the compute library is missing, the processor and the memory are all there is.
/// </summary>
internal sealed class HardwareSurvey
{
    private volatile HardwareInfo? _found;

    /// <summary>What keeps this node from computing; null when nothing does.</summary>
    public string? Problem { get; private set; }

    /// <summary>Completes when the machine was looked at.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Looks in the background, then calls back.</summary>
    public static HardwareSurvey Start(string home, string? cpuVariant, ILogger log, Action done)
    {
        var survey = new HardwareSurvey();
        survey.Completion = Task.Run(() =>
        {
            try
            {
                survey._found = HardwareProbe.Probe(home, cpuVariant, log);
            }
            catch (NativeLibraryException missing)
            {
                survey.Problem = $"this node can't compute: {missing.Message}";
            }

            done();
        });
        return survey;
    }

    /// <summary>The name of what computes, for receipts.</summary>
    public string Device => _found is { Gpus: [var gpu, ..] } ? gpu.Description : "cpu";

    public HardwareStatus Status() => new()
    {
        Cpu = _found?.CpuModel ?? "unknown",
        CpuCores = _found?.Cores ?? Environment.ProcessorCount,
        MemoryBytes = _found?.MemoryTotal ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Gpus = [.. (_found?.Gpus ?? []).Select(g => new GpuStatus(g.Description, g.MemoryTotal))],
    };

    public Hardware Describe()
    {
        HardwareStatus status = Status();
        var hardware = new Hardware
        {
            Cpu = status.Cpu,
            CpuCores = (uint)status.CpuCores,
            MemoryBytes = (ulong)status.MemoryBytes,
#pragma warning disable CA1308 // The schema's words are in lower case.
            Architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
            OperatingSystem = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "macos" : "windows",
        };
        hardware.Gpus.AddRange(status.Gpus.Select(g => new Gpu { Name = g.Name, MemoryBytes = (ulong)g.MemoryBytes }));
        return hardware;
    }
}
