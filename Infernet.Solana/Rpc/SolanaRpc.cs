using System.Text.Json;
using System.Text.Json.Nodes;
using Infernet.Solana.Keys;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Rpc;

/// <summary>
/// A cluster, reached by JSON-RPC over HTTP. Calls go to the first endpoint that answers; failures and rate limits
/// move on to the next, with growing pauses. Source: https://solana.com/docs/rpc.
/// </summary>
public sealed class SolanaRpc
{
    /// <summary>Accounts that one question may name.</summary>
    public const int MaxAccounts = 100;

    private const int MaxFeeAccounts = 128;

    private readonly Endpoint[] _endpoints;
    private readonly TimeProvider _time;
    private readonly Random _random;

    /// <param name="http">Its owner disposes of it.</param>
    /// <param name="options">Endpoints and limits.</param>
    /// <param name="time">The clock of pauses and time-outs.</param>
    /// <param name="random">Spreads the pauses of many clients.</param>
    public SolanaRpc(HttpClient http, RpcOptions options, TimeProvider time, Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Validated();
        _time = time;
        _random = random;
        _endpoints = [.. options.Endpoints.Select(e => new Endpoint(e, http, options, time))];
    }

    public RpcOptions Options { get; }

    internal TimeProvider Time => _time;

    public Task<ulong> GetBalanceAsync(Address account, CancellationToken cancellation) => AskAsync(
        "getBalance", [account.ToString(), Config()], r => RpcJson.Value(r).GetUInt64(), cancellation);

    public Task<LatestBlockhash> GetLatestBlockhashAsync(CancellationToken cancellation) => AskAsync(
        "getLatestBlockhash",
        [Config()],
        r => new LatestBlockhash(
            RpcJson.Address(RpcJson.Value(r).GetProperty("blockhash")),
            RpcJson.Value(r).GetProperty("lastValidBlockHeight").GetUInt64()),
        cancellation);

    public Task<ulong> GetSlotAsync(CancellationToken cancellation) =>
        AskAsync("getSlot", [Config()], r => r.GetUInt64(), cancellation);

    /// <summary>Which cluster this is: two clusters never share it.</summary>
    public Task<string> GetGenesisHashAsync(CancellationToken cancellation) =>
        AskAsync("getGenesisHash", [], RpcJson.Text, cancellation);

    /// <summary>The account, or null if there is none.</summary>
    public Task<AccountData?> GetAccountAsync(Address account, CancellationToken cancellation)
    {
        JsonObject config = Config();
        config["encoding"] = "base64";
        return AskAsync(
            "getAccountInfo", [account.ToString(), config], r => RpcJson.Account(RpcJson.Value(r)), cancellation);
    }

    /// <summary>
    /// Where a program's accounts of one length lie that hold an address at one place, and a part of what is in each: there
    /// may be more of them than an answer could hold whole.
    /// </summary>
    public Task<IReadOnlyList<(Address Address, AccountData Account)>> GetProgramAccountsAsync(
        Address program, int length, int at, Address holds, Range part, CancellationToken cancellation)
    {
        JsonObject config = Config();
        config["encoding"] = "base64";
        config["filters"] = new JsonArray(
            new JsonObject { ["dataSize"] = length },
            new JsonObject { ["memcmp"] = new JsonObject { ["offset"] = at, ["bytes"] = holds.ToString() } });
        (int offset, int count) = part.GetOffsetAndLength(length);
        config["dataSlice"] = new JsonObject { ["offset"] = offset, ["length"] = count };
        return AskAsync("getProgramAccounts", [program.ToString(), config], RpcJson.Accounts, cancellation);
    }

    /// <summary>Accounts by their addresses, at most 100, in the same order; null for those that are not there.</summary>
    public Task<IReadOnlyList<AccountData?>> GetAccountsAsync(
        IReadOnlyList<Address> accounts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(accounts.Count, MaxAccounts, nameof(accounts));
        JsonObject config = Config();
        config["encoding"] = "base64";
        JsonNode[] names = [.. accounts.Select(a => JsonValue.Create(a.ToString()))];
        return AskAsync(
            "getMultipleAccounts", [new JsonArray(names), config],
            r => RpcJson.OptionalAccounts(RpcJson.Value(r), accounts.Count), cancellation);
    }

    /// <summary>What an account of this many bytes must hold to live for ever.</summary>
    public Task<ulong> GetRentFloorAsync(int length, CancellationToken cancellation) =>
        AskAsync("getMinimumBalanceForRentExemption", [length], r => r.GetUInt64(), cancellation);

    /// <summary>
    /// What transactions that write these accounts (at most 128) lately paid at least for their priority, of the slots
    /// that the endpoint remembers, oldest first. It is one endpoint's word: whoever pays by it needs a limit of its own.
    /// Source: https://solana.com/docs/rpc/http/getrecentprioritizationfees.
    /// </summary>
    public Task<IReadOnlyList<PriorityFee>> GetRecentPriorityFeesAsync(
        IReadOnlyList<Address> writable, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(writable);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(writable.Count, MaxFeeAccounts, nameof(writable));
        JsonNode[] accounts = [.. writable.Select(a => JsonValue.Create(a.ToString()))];
        return AskAsync(
            "getRecentPrioritizationFees", [new JsonArray(accounts)], RpcJson.PriorityFees, cancellation);
    }

    /// <summary>Asks a test cluster for lamports; returns the transaction's id.</summary>
    public Task<string> RequestAirdropAsync(Address account, ulong lamports, CancellationToken cancellation) =>
        AskAsync("requestAirdrop", [account.ToString(), lamports], RpcJson.Text, cancellation);

    /// <summary>What the transaction would do now. Nothing is sent.</summary>
    public Task<SimulationResult> SimulateAsync(Transaction transaction, CancellationToken cancellation)
    {
        JsonObject config = Config();
        config["sigVerify"] = true;
        return SimulateAsync(transaction, config, cancellation);
    }

    /// <summary>
    /// What a transaction would do with its signatures and a fresh blockhash: to be asked before anything is signed, so
    /// that an endpoint which lies holds nothing that it could send.
    /// </summary>
    public Task<SimulationResult> SimulateUnsignedAsync(Transaction transaction, CancellationToken cancellation)
    {
        JsonObject config = Config();
        config["sigVerify"] = false;
        config["replaceRecentBlockhash"] = true;
        return SimulateAsync(transaction, config, cancellation);
    }

    /// <summary>
    /// Hands the transaction to every endpoint, unchecked; the same bytes twice are one transaction. One that is on
    /// another fork does not know the blockhash, and drops it.
    /// </summary>
    /// <exception cref="RpcException">None of them took it.</exception>
    internal async Task BroadcastAsync(Transaction transaction, CancellationToken cancellation)
    {
        const string Method = "sendTransaction";
        var config = new JsonObject { ["encoding"] = "base64", ["skipPreflight"] = true, ["maxRetries"] = 0 };
        byte[] body = Body(Method, [Convert.ToBase64String(transaction.Serialize()), config]);
        EndpointAnswer[] answers = await Task.WhenAll(_endpoints.Select(e => e.CallAsync(Method, body, cancellation)))
            .ConfigureAwait(false);
        if (answers.All(a => a.Failure is not null))
        {
            throw answers[0].Failure!;
        }
    }

    /// <summary>What one endpoint knows of a transaction, in its whole history; throws if it does not answer.</summary>
    internal async Task<SignatureStatus?> GetStatusAsync(int endpoint, string id, CancellationToken cancellation)
    {
        var config = new JsonObject { ["searchTransactionHistory"] = true };
        JsonElement result = await CallOneAsync(
            endpoint, "getSignatureStatuses", [new JsonArray(id), config], cancellation).ConfigureAwait(false);
        return RpcJson.Read("getSignatureStatuses", result, r => RpcJson.OnlyStatus(RpcJson.Value(r)));
    }

    /// <summary>Of which cluster one endpoint is; throws if it does not answer.</summary>
    public async Task<string> GetGenesisHashAsync(int endpoint, CancellationToken cancellation) => RpcJson.Read(
        "getGenesisHash",
        await CallOneAsync(endpoint, "getGenesisHash", [], cancellation).ConfigureAwait(false), RpcJson.Text);

    /// <summary>How high one endpoint's finalized chain is; throws if it does not answer.</summary>
    public async Task<ulong> GetFinalizedHeightAsync(int endpoint, CancellationToken cancellation)
    {
        JsonElement result = await CallOneAsync(
            endpoint, "getBlockHeight", [new JsonObject { ["commitment"] = "finalized" }], cancellation)
            .ConfigureAwait(false);
        return RpcJson.Read("getBlockHeight", result, r => r.GetUInt64());
    }

    /// <summary>Any method, for what is not wrapped here; returns the result.</summary>
    /// <exception cref="RpcException">No endpoint gave a result.</exception>
    public Task<JsonElement> CallAsync(string method, JsonArray parameters, CancellationToken cancellation) =>
        AskAsync(method, parameters, r => r, cancellation);

    private Task<SimulationResult> SimulateAsync(
        Transaction transaction, JsonObject config, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        config["encoding"] = "base64";
        return AskAsync(
            "simulateTransaction",
            [Convert.ToBase64String(transaction.Serialize()), config],
            r => RpcJson.Simulation(RpcJson.Value(r)),
            cancellation);
    }

    private async Task<T> AskAsync<T>(
        string method, JsonArray parameters, Func<JsonElement, T> read, CancellationToken cancellation)
    {
        byte[] body = Body(method, parameters);
        int attempts = Math.Max(Options.MaxAttempts, _endpoints.Length);
        for (int attempt = 0; ; attempt++)
        {
            Endpoint endpoint = _endpoints[attempt % _endpoints.Length];
            EndpointAnswer answer = await endpoint.CallAsync(method, body, cancellation).ConfigureAwait(false);
            if (answer.Failure is null && RpcJson.TryRead(method, answer.Result, read, out T? value, out answer))
            {
                return value;
            }

            if (answer.Final || attempt + 1 >= attempts)
            {
                throw answer.Failure!;
            }

            if ((attempt + 1) % _endpoints.Length == 0)
            {
                TimeSpan pause = Pause(attempt / _endpoints.Length, answer.RetryAfter);
                await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<JsonElement> CallOneAsync(
        int endpoint, string method, JsonArray parameters, CancellationToken cancellation)
    {
        EndpointAnswer answer = await _endpoints[endpoint]
            .CallAsync(method, Body(method, parameters), cancellation).ConfigureAwait(false);
        return answer.Failure is null ? answer.Result : throw answer.Failure;
    }

    private TimeSpan Pause(int round, TimeSpan? asked)
    {
        TimeSpan pause = Options.FirstBackoff * Math.Pow(2, Math.Min(round, 16)) * (0.5 + _random.NextDouble());
        pause = asked > pause ? asked.Value : pause;
        return pause < Options.MaxBackoff ? pause : Options.MaxBackoff;
    }

    private JsonObject Config() => new() { ["commitment"] = RpcJson.Name(Options.Commitment) };

    private static byte[] Body(string method, JsonArray parameters) => JsonSerializer.SerializeToUtf8Bytes<JsonNode>(
        new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters });
}
