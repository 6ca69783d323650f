using System.Security.Cryptography;
using System.Text;
using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Paying;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Paying;

/// <summary>Channels for tests.</summary>
internal static class Channels
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    public static readonly PeerId Peer = NodeIdentity.Generate().Id;
    public static readonly Address Payee = Named("payee");
    public static readonly Address Genesis = Named("genesis");

    public static Address Named(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public static PayChannel Open(string name = "channel", ulong deposit = 100, ulong promised = 0) => new()
    {
        Address = Named(name),
        Peer = Peer,
        Key = new ChannelKey(Named("payer"), Payee, default, Named("signer"), ulong.MaxValue, 7),
        Genesis = Genesis,
        State = PayChannelState.Open,
        Deposit = deposit,
        Signed = promised,
        Expiry = Now.AddDays(30),
        OpenedAt = Now,
        UsedAt = Now,
    };

    /// <summary>The same on the chain.</summary>
    public static ChannelState OnChain(PayChannel channel, long reclaimAt = 0) => new(
        channel.Key, default, channel.Deposit, 0, channel.Expiry.ToUnixTimeSeconds(), reclaimAt, 3_600, default);
}
