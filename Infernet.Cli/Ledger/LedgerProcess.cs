using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Daemon.Payments.Ledgers;

namespace Infernet.Cli.Ledger;

/// <summary>ledger.mjs in a process of its own. It ends when its input does: with this one, however that ends.</summary>
internal sealed class LedgerProcess : IAsyncDisposable
{
    private const int MaxErrors = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly TimeProvider _time;

    private LedgerProcess(Process process, TimeProvider time)
    {
        (_process, _time) = (process, time);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <exception cref="ApiException">It ended, or said nothing in time.</exception>
    public static async Task<(LedgerProcess Process, LedgerReady Ready)> StartAsync(
        LedgerFiles files, string node, string state, int port, int slotTime, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            node, [files.Script, "--port", $"{port}", "--slot-time", $"{slotTime}", "--state", state])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var ledger = new LedgerProcess(Process.Start(start)!, time);
        try
        {
            string? line = await ledger._process.StandardOutput.ReadLineAsync(cancellationToken).AsTask()
                .WaitAsync(Patience, time, cancellationToken);
            return line is null
                ? throw await ledger.EndedAsync(cancellationToken)
                : (ledger, JsonSerializer.Deserialize(line, CliJson.Default.LedgerReady)!);
        }
        catch
        {
            await ledger.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes, by an error, when the ledger ends by itself.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        throw await EndedAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience, _time);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task<ApiException> EndedAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        lock (_errors)
        {
            return new ApiException("internal", $"The ledger ended: {_errors.ToString().Trim()}");
        }
    }

    private void Keep(string? line)
    {
        lock (_errors)
        {
            if (line is not null && _errors.Length < MaxErrors)
            {
                _errors.AppendLine(line);
            }
        }
    }
}
