using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Libp2p.Tests.Support;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Escrows;

/// <summary>A payer, a payee and a committee's member, and an escrow on a chain that the test says.</summary>
internal sealed class ReleaseBench
{
    public const ulong Amount = 1_000_000;
    public const ulong Owed = 400_000;

    public ReleaseBench()
    {
        Config = new SettlementConfig
        {
            Treasury = Key(), Platform = Key(), Threshold = 1, Committee = [Key(), new Address(Member.PublicKey)],
        };
        Name = EscrowName.New(Payer.Id, JobId);
        EscrowKey = new EscrowKey(Key(), Key(), default, Name.Job);
        State = new EscrowState(
            EscrowKey, default, Amount, OpenedSlot: 77, Time.GetUtcNow().AddHours(24).ToUnixTimeSeconds(),
            new Terms(1000, 500, 0, 9, 255));
        Desk = new AttestDesk(
            Member, Program, _ => ValueTask.FromResult(new ClusterFacts(Genesis, Config, Asset.Sol, Asset.Sol, 890_880)),
            (address, _) =>
            {
                Questions++;
                return Task.FromResult(address == Escrow ? State : null);
            },
            TimeSpan.FromSeconds(10), Time);
    }

    public ManualTime Time { get; } = new();

    public NodeIdentity Payer { get; } = NodeIdentity.Generate();

    public NodeIdentity Payee { get; } = NodeIdentity.Generate();

    public NodeIdentity Member { get; } = NodeIdentity.Generate();

    public Address Program { get; } = Key();

    public Address Genesis { get; } = Key();

    public SettlementConfig Config { get; set; }

    public byte[] JobId { get; } = RandomNumberGenerator.GetBytes(16);

    public EscrowName Name { get; }

    public EscrowKey EscrowKey { get; }

    public Address Escrow => EscrowKey.Derive(Program).Address;

    /// <summary>What the chain has; null for nothing.</summary>
    public EscrowState? State { get; set; }

    /// <summary>What the chain was asked.</summary>
    public int Questions { get; private set; }

    public AttestDesk Desk { get; }

    public static Address Key() => SolanaKey.Generate().Address;

    public PaymentIntent Intent(Action<PaymentIntent>? spoil = null)
    {
        var intent = new PaymentIntent
        {
            Id = ByteString.CopyFrom(Name.Id),
            Payer = Payer.Id.ToByteString(),
            Payee = Payee.Id.ToByteString(),
            JobId = ByteString.CopyFrom(JobId),
            Ceiling = Amount,
            IssuedUnixMs = Time.GetUtcNow().ToUnixTimeMilliseconds(),
            ExpiresUnixMs = Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(),
            Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)),
        };
        spoil?.Invoke(intent);
        return intent;
    }

    /// <summary>A request that any member signs for.</summary>
    public ReleaseRequest Request(
        Action<PaymentIntent>? spoilIntent = null, NodeIdentity? payer = null, Voucher? voucher = null,
        NodeIdentity? signer = null)
    {
        byte[] bytes = (voucher ?? new Voucher(Escrow, Owed, 0)).Encode();
        return new ReleaseRequest
        {
            Escrow = EscrowReferences.Of(Genesis, Program, EscrowKey, Name.Salt),
            IntentEnvelope = ByteString.CopyFrom(PaymentIntentEnvelope.Seal(payer ?? Payer, Intent(spoilIntent))),
            Voucher = ByteString.CopyFrom(bytes),
            Signature = ByteString.CopyFrom((signer ?? Payer).Sign(bytes)),
        };
    }

    public Task<ReleaseAnswer> AskAsync(ReleaseRequest request, NodeIdentity? asker = null) =>
        Desk.AnswerAsync(request, (asker ?? Payee).Id, default);
}
