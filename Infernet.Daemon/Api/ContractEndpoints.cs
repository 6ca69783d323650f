using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Infernet.Daemon.Api;

/// <summary>Stakes, leases and escrows: what stands on the chain in this node's name.</summary>
internal static class ContractEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Node node)
    {
        MapStakes(routes, node);
        MapLeases(routes, node);
        MapEscrows(routes, node);
        routes.MapGet("/v1/payments/attestation", async context => await ApiBody.WriteAsync(
            context, await SubjectAsync(context, node), PaymentJson.Default.AttestationSubject));
    }

    private static void MapStakes(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/v1/payments/stake", async context => await ApiBody.WriteAsync(
            context,
            await PaymentRequests.PaymentsOf(node).Stakes.StatusAsync(Query(context, "owner"), context.RequestAborted),
            PaymentJson.Default.StakeView));
        routes.MapPost("/v1/payments/stake/add", context => AddStakeAsync(context, node));
        routes.MapPost("/v1/payments/stake/withdraw", context => WithdrawStakeAsync(context, node));
        Post(
            routes, node, "/v1/payments/stake/slash", PaymentJson.Default.AttestedRequest, PaymentJson.Default.StakeChange,
            (payments, request, token) => payments.Slashes.SubmitAsync(request.Attestations, request.DryRun, token));
    }

    private static void MapLeases(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/v1/payments/leases", async context => await WriteAsync(
            context, await PaymentRequests.PaymentsOf(node).Leases.FindAllAsync(context.RequestAborted),
            PaymentJson.Default.IReadOnlyListLeaseView));
        routes.MapPost("/v1/payments/leases", context => CreateLeaseAsync(context, node));
        Post(
            routes, node, "/v1/payments/leases/release", PaymentJson.Default.ContractRequest, PaymentJson.Default.LeaseChange,
            (payments, request, token) => payments.Leases.ReleaseAsync(request.Address, request.DryRun, token));
        Post(
            routes, node, "/v1/payments/leases/cancel", PaymentJson.Default.ContractRequest, PaymentJson.Default.LeaseChange,
            (payments, request, token) => payments.Leases.CancelAsync(request.Address, request.DryRun, token));
    }

    private static void MapEscrows(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/v1/payments/escrows", async context => await WriteAsync(
            context, await EscrowsAsync(PaymentRequests.PaymentsOf(node), context.RequestAborted),
            PaymentJson.Default.IReadOnlyListEscrowView));
        routes.MapPost("/v1/payments/escrows", context => OpenEscrowAsync(context, node));
        Post(
            routes, node, "/v1/payments/escrows/release", PaymentJson.Default.AttestedRequest, PaymentJson.Default.EscrowChange,
            (payments, request, token) => payments.Escrows.ReleaseAsync(request.Attestations, request.DryRun, token));
        Post(
            routes, node, "/v1/payments/escrows/refund", PaymentJson.Default.ContractRequest, PaymentJson.Default.EscrowChange,
            (payments, request, token) => payments.Escrows.RefundAsync(request.Address, request.DryRun, token));
    }

    // The list is the answer; what is not in it is said beside it.
    private static Task WriteAsync<T>(
        HttpContext context, (IReadOnlyList<T> Shown, string? LeftOut) found, JsonTypeInfo<IReadOnlyList<T>> type)
    {
        if (found.LeftOut is { } leftOut)
        {
            // An endpoint's name may hold letters that no header takes.
            context.Response.Headers[ApiHeaders.LeftOut] = string.Concat(leftOut.Select(c => c is >= ' ' and <= '~' ? c : '?'));
        }

        return ApiBody.WriteAsync(context, found.Shown, type);
    }

    private static async Task<(IReadOnlyList<EscrowView> Shown, string? LeftOut)> EscrowsAsync(
        NodePayments payments, CancellationToken cancellationToken)
    {
        (IReadOnlyList<EscrowView> shown, string? leftOut) = await payments.Escrows.FindAllAsync(cancellationToken);
        return ([.. shown.Select(e => e with { Promised = payments.Payer.PromisedOf(Address.Parse(e.Address)) })], leftOut);
    }

    private static void Post<TRequest, TChange>(
        IEndpointRouteBuilder routes, Node node, string path, JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TChange> changeType, Func<NodePayments, TRequest, CancellationToken, Task<TChange>> change) =>
        routes.MapPost(path, async context =>
        {
            TRequest request = await ApiBody.ReadAsync(context, requestType);
            NodePayments payments = PaymentRequests.PaymentsOf(node);
            await ApiBody.WriteAsync(context, await change(payments, request, context.RequestAborted), changeType);
        });

    private static async Task AddStakeAsync(HttpContext context, Node node)
    {
        StakeRequest request = await ApiBody.ReadAsync(context, PaymentJson.Default.StakeRequest);
        StakeDesk stakes = PaymentRequests.PaymentsOf(node).Stakes;
        ulong amount = await StakeAmountAsync(context, stakes, request.Amount);
        StakeChange change = await stakes.AddAsync(amount, request.DryRun, context.RequestAborted);
        await ApiBody.WriteAsync(context, change, PaymentJson.Default.StakeChange);
    }

    private static async Task WithdrawStakeAsync(HttpContext context, Node node)
    {
        StakeRequest request = await ApiBody.ReadAsync(context, PaymentJson.Default.StakeRequest);
        StakeDesk stakes = PaymentRequests.PaymentsOf(node).Stakes;
        StakeChange change = request.Amount is null
            ? await stakes.WithdrawAsync(request.DryRun, context.RequestAborted)
            : await stakes.BeginUnstakeAsync(
                await StakeAmountAsync(context, stakes, request.Amount), request.DryRun, context.RequestAborted);
        await ApiBody.WriteAsync(context, change, PaymentJson.Default.StakeChange);
    }

    private static async Task<ulong> StakeAmountAsync(HttpContext context, StakeDesk stakes, string? text)
    {
        StakeView status = await stakes.StatusAsync(null, context.RequestAborted);
        return PaymentRequests.Amount(text, PaymentRequests.AssetOf(status.Asset));
    }

    private static async Task CreateLeaseAsync(HttpContext context, Node node)
    {
        LeaseRequest request = await ApiBody.ReadAsync(context, PaymentJson.Default.LeaseRequest);
        NodePayments payments = PaymentRequests.PaymentsOf(node);
        var facts = await payments.Chain.FactsAsync(context.RequestAborted);
        ulong perHour = PaymentRequests.Amount(request.PricePerHour, facts.Asset);
        const ulong hour = 3600;
        if (perHour % hour != 0 || perHour == 0)
        {
            ulong right = perHour / hour * hour + hour;
            throw new ApiException(
                "invalid",
                $"A lease is paid by the second: the price of an hour must be a multiple of {hour} {facts.Asset.UnitName}, "
                + $"such as {facts.Asset.Show(right)}.");
        }

        LeaseChange change = await payments.Leases.CreateAsync(
            PaymentRequests.WalletOf(node, request.Provider), perHour / hour,
            (ulong)PaymentRequests.Time(request.Time, "The lease's time").TotalSeconds, request.DryRun,
            context.RequestAborted);
        await ApiBody.WriteAsync(context, change, PaymentJson.Default.LeaseChange);
    }

    private static async Task OpenEscrowAsync(HttpContext context, Node node)
    {
        EscrowRequest request = await ApiBody.ReadAsync(context, PaymentJson.Default.EscrowRequest);
        NodePayments payments = PaymentRequests.PaymentsOf(node);
        var facts = await payments.Chain.FactsAsync(context.RequestAborted);
        EscrowChange change = await payments.Escrows.AuthoriseAsync(
            PaymentRequests.WalletOf(node, request.Payee), Job(request.Job),
            PaymentRequests.Amount(request.Amount, facts.Asset), PaymentRequests.Time(request.Time, "The escrow's time"),
            request.DryRun, context.RequestAborted);
        await ApiBody.WriteAsync(context, change, PaymentJson.Default.EscrowChange);
    }

    private static byte[] Job(string? text)
    {
        if (text is null)
        {
            return RandomNumberGenerator.GetBytes(EscrowKey.JobLength);
        }

        byte[] job = new byte[EscrowKey.JobLength];
        return Convert.FromHexString(text, job, out _, out int length) == System.Buffers.OperationStatus.Done
            && length is 16 or EscrowKey.JobLength
                ? job[..length]
                : throw new ApiException(
                    "invalid", $"The job must be named by 32 or 64 hexadecimal digits, such as its id; is '{text}'.");
    }

    private static async Task<AttestationSubject> SubjectAsync(HttpContext context, Node node)
    {
        NodePayments payments = PaymentRequests.PaymentsOf(node);
        string action = Query(context, "action") ?? "";
        string of = Query(context, "of") ?? "";
        AttestationSubject subject = await payments.Slashes.SubjectAsync(action, of, context.RequestAborted);
        if (Query(context, "rejected") is { } rejected && Address.TryParse(of, out Address owner)
            && await payments.Chain.FreshStakeAsync(owner, context.RequestAborted) is { } stake
            && !rejected.Split(',').Any(peer => IsOf(peer, stake)))
        {
            throw new PaymentException(
                PaymentCodes.Attestation,
                $"The evidence is not about the node that {owner} staked for: it rejects the work of "
                + (rejected.Length == 0 ? "nobody." : $"{rejected}."));
        }

        return subject;
    }

    private static bool IsOf(string peer, NodeState stake) =>
        PeerId.TryParse(peer, out PeerId id) && stake.Peer.Span.SequenceEqual(StakeDesk.PeerHash(id));

    private static string? Query(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
}
