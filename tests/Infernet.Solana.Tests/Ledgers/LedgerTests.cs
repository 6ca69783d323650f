using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Tests.Node;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Ledgers;

/// <summary>The local ledger: what others' clients make of it, and what it keeps.</summary>
public class LedgerTests
{
    [Test]
    public async Task Ledger_UnmodifiedKit_WorksAgainstIt()
    {
        await using Ledger ledger = await Ledger.StartAsync();
        await NodeScripts.RunAsync("kit-check.mjs", ledger.Http.ToString(), ledger.WebSocket);
    }

    [Test]
    public async Task Ledger_KilledAndStartedAgain_HasWhatItAnswered()
    {
        string folder = Directory.CreateTempSubdirectory("infernet-ledger").FullName;
        try
        {
            var payer = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]);
            Address payee = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)4, 32)]).Address;
            Ledger first = await Ledger.StartAsync("--state", folder);
            await first.Rpc.RequestAirdropAsync(payer.Address, 5_000_000_000, default);
            SendResult sent = await PayAsync(first, payer, payee);
            Assert.That(sent.Outcome, Is.EqualTo(SendOutcome.Done), sent.Error);
            await first.KillAsync();

            // A line that the crash cut off was never answered.
            await File.AppendAllTextAsync(Path.Combine(folder, "ledger.jsonl"), "{\"slot\":\"9");
            await using Ledger second = await Ledger.StartAsync("--state", folder);
            Assert.That(await second.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(1_000_000_000));
            Assert.That(await second.Rpc.GetBalanceAsync(payer.Address, default), Is.EqualTo(3_999_995_000));
            Assert.That(second.Program, Is.EqualTo(first.Program));
            Assert.That((await PayAsync(second, payer, payee)).Outcome, Is.EqualTo(SendOutcome.Done));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Ledger_OtherVersionsProgram_DeploysToo()
    {
        string program = Path.Combine(Path.GetTempPath(), $"settlement-v0-{Environment.ProcessId}.so");
        await BuildTests.BuildAsync("--v0", program);
        try
        {
            await using Ledger ledger = await Ledger.StartAsync("--program", program);
            AccountData? account = await ledger.Rpc.GetAccountAsync(ledger.Program, default);
            Assert.That(account!.Owner, Is.EqualTo(WellKnown.UpgradeableLoader));
        }
        finally
        {
            File.Delete(program);
        }
    }

    private static async Task<SendResult> PayAsync(Ledger ledger, SolanaKey payer, Address payee)
    {
        LatestBlockhash latest = await ledger.Rpc.GetLatestBlockhashAsync(default);
        var transaction = Transaction.Sign(
            Message.Compile(payer.Address, latest.Blockhash, [SystemProgram.Transfer(payer.Address, payee, 1_000_000_000)]), payer);
        return await new TransactionSender(ledger.Rpc).SendAsync(transaction, latest.LastValidBlockHeight, default);
    }
}
