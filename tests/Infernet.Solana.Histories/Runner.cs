using System.Text.Json;
using System.Text.Json.Nodes;
using Infernet.Solana.Histories.Chain;
using Infernet.Solana.Histories.Model;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Histories;

/// <summary>
/// Carries steps to the ledger, many in one message, since the model knows what they will do; only after a hostile one
/// it waits for the answer.
/// </summary>
internal sealed class Runner(LocalLedger ledger, World world, HistoryFacts facts, CancellationToken cancellation)
{
    private const ulong HashWindow = 140;
    private const ulong FeePerSignature = 5000;
    private const uint UnitLimit = 400_000;

    // What setting the limit itself costs.
    private const ulong LimitUnits = 150;

    private Batch _batch = new();
    private Address _blockhash;
    private ulong _hashSlot;
    private uint _number;

    /// <summary>Does in the model what the step does, and hands it to the ledger.</summary>
    public async Task RunAsync(Step step)
    {
        Transaction transaction = await SignAsync(step).ConfigureAwait(false);
        bool done = step.Expected == SettlementError.None;
        if (done)
        {
            step.Apply();
        }

        uint number = _number;
        Add(transaction, outcome =>
        {
            SettlementError error = ErrorOf(outcome);
            if (error != step.Expected || (done && outcome.Error is not null))
            {
                throw new HistoryException(
                    $"transaction {number}, {step.Name}: {outcome.Error ?? "done"}, not {step.Expected}\n{outcome.Logs}");
            }

            Count(step, done, outcome.Units);
        });
        await FlushAsync(full: false).ConfigureAwait(false);
    }

    /// <summary>
    /// Tries what must fail, or else do exactly what the honest step does; whether it did that.
    /// </summary>
    public async Task<bool> TryAsync(Step hostile, Step? honest)
    {
        await FlushAsync(full: true).ConfigureAwait(false);
        Outcome? outcome = null;
        Add(await SignAsync(hostile).ConfigureAwait(false), o => outcome = o);
        await FlushAsync(full: true).ConfigureAwait(false);
        facts.CountHostile();
        if (outcome!.Error is not null)
        {
            return false;
        }

        if (honest is null)
        {
            throw new HistoryException($"transaction {_number}, {hostile.Name} of what was done before: done again\n{outcome.Logs}");
        }

        // The audit that follows sees whether it did more.
        honest.Apply();
        await AuditAsync().ConfigureAwait(false);
        return true;
    }

    public async Task AdvanceAsync(long seconds, int slots)
    {
        _batch.Add("ledgerAdvance", [new JsonObject { ["seconds"] = seconds, ["slots"] = slots }], _ => { });
        world.Now += seconds;
        world.Slot += (ulong)slots;
        await FlushAsync(full: false).ConfigureAwait(false);
    }

    /// <summary>Compares every balance, and what is burned, with the model's.</summary>
    public async Task AuditAsync()
    {
        await FlushAsync(full: true).ConfigureAwait(false);
        foreach (Address[] owners in world.Lamports.Owners.Where(o => o != Cluster.Fees).Chunk(Batch.MaxRequests))
        {
            await CompareAsync(owners, o => o, world.Lamports, a => a.GetProperty("lamports").GetUInt64()).ConfigureAwait(false);
        }

        foreach (Address[] owners in world.Tokens.Owners.Where(o => o != World.Fire).Chunk(Batch.MaxRequests))
        {
            await CompareAsync(owners, o => World.VaultOf(o, world.Mint), world.Tokens, TokensOf).ConfigureAwait(false);
        }

        ulong supply = 0;
        var batch = new Batch();
        batch.Add("getAccountInfo", [world.Mint.ToString(), Base64()], r => supply = SupplyOf(r.GetProperty("value")));
        await ledger.SendAsync(batch, cancellation).ConfigureAwait(false);
        if (supply + world.Tokens[World.Fire] != world.Tokens.Total)
        {
            throw new HistoryException($"{supply} tokens are left and {world.Tokens[World.Fire]} burned, of {world.Tokens.Total}");
        }

        facts.CountAudit();
    }

    /// <summary>Nothing is left of any contract: the program has its configuration alone.</summary>
    public async Task IsEmptyAsync()
    {
        var batch = new Batch();
        batch.Add("getProgramAccounts", [world.Program.ToString()], r =>
        {
            if (r.GetArrayLength() != 1)
            {
                throw new HistoryException($"{r.GetArrayLength() - 1} contracts are left at the end");
            }
        });
        await ledger.SendAsync(batch, cancellation).ConfigureAwait(false);
        ulong locked = world.Contracts.Keys.Aggregate(0UL, (sum, c) => sum + world.Lamports[c] + world.Tokens[c]);
        if (locked != 0 || world.Contracts.Count != 0)
        {
            throw new HistoryException($"{world.Contracts.Count} contracts hold {locked} at the end");
        }
    }

    private async Task CompareAsync(
        Address[] owners, Func<Address, Address> account, Purses purses, Func<JsonElement, ulong> read)
    {
        var batch = new Batch();
        JsonNode[] asked = [.. owners.Select(o => JsonValue.Create(account(o).ToString()))];
        batch.Add("getMultipleAccounts", [new JsonArray(asked), Base64()], r =>
        {
            foreach ((Address owner, JsonElement found) in owners.Zip(r.GetProperty("value").EnumerateArray()))
            {
                ulong real = found.ValueKind == JsonValueKind.Null ? 0 : read(found);
                if (real != purses[owner])
                {
                    throw new HistoryException(
                        $"by transaction {_number} {owner} has {real} {(purses == world.Tokens ? "tokens" : "lamports")}, not {purses[owner]}");
                }
            }
        });
        await ledger.SendAsync(batch, cancellation).ConfigureAwait(false);
    }

    private void Add(Transaction transaction, Action<Outcome> read)
    {
        var config = new JsonObject { ["encoding"] = "base64", ["skipPreflight"] = true };
        _batch.Add("sendTransaction", [Convert.ToBase64String(transaction.Serialize()), config], _ => { });
        _batch.Add("getTransaction", [transaction.Id], r => read(Outcome.Read(r)));
    }

    private async Task<Transaction> SignAsync(Step step)
    {
        if (world.Slot > _hashSlot + HashWindow || _blockhash == default)
        {
            await FlushAsync(full: true).ConfigureAwait(false);
            var batch = new Batch();
            batch.Add("getLatestBlockhash", [], r => _blockhash = Address.Parse(
                r.GetProperty("value").GetProperty("blockhash").GetString()!));
            await ledger.SendAsync(batch, cancellation).ConfigureAwait(false);
            _hashSlot = world.Slot;
        }

        // A limit of its own makes each transaction another one.
        Instruction limit = ComputeBudget.SetUnitLimit(UnitLimit + (++_number % UnitLimit));
        SolanaKey[] keys = [.. new[] { world.Fee }.Concat(step.Signers).DistinctBy(k => k.Address)];
        var message = Message.Compile(world.Fee.Address, _blockhash, [.. step.Instructions, limit]);
        HashSet<Address> needed = [.. message.Accounts.Take(message.Header.Signers)];
        int verified = step.Instructions.Where(i => i.Program == WellKnown.Ed25519Program).Sum(i => i.Data.Span[0]);
        world.Lamports.Move(world.Fee.Address, Cluster.Fees, FeePerSignature * (ulong)(needed.Count + verified));
        return Transaction.Sign(message, [.. keys.Where(k => needed.Contains(k.Address))]);
    }

    private async Task FlushAsync(bool full)
    {
        if (_batch.Count > (full ? 0 : Batch.MaxRequests - 3))
        {
            Batch batch = _batch;
            _batch = new Batch();
            await ledger.SendAsync(batch, cancellation).ConfigureAwait(false);
        }
    }

    private void Count(Step step, bool done, ulong units)
    {
        if (step.Name == "gift")
        {
            return;
        }

        if (done)
        {
            facts.CountDone($"{step.Name}, {(step.Mint == default ? "lamports" : "tokens")}", units - LimitUnits);
        }
        else
        {
            facts.CountRefused();
        }
    }

    private static SettlementError ErrorOf(Outcome outcome) =>
        SettlementFailure.TryRead(outcome.Error, out SettlementFailure failure) ? failure.Error : SettlementError.None;

    private static JsonObject Base64() => new() { ["encoding"] = "base64" };

    private static byte[] DataOf(JsonElement account) => account.GetProperty("data")[0].GetBytesFromBase64();

    private static ulong TokensOf(JsonElement account) => BitConverter.ToUInt64(DataOf(account), 64);

    private static ulong SupplyOf(JsonElement account) => BitConverter.ToUInt64(DataOf(account), 36);
}
