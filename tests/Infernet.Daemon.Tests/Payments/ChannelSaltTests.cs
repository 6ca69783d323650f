using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments;

/// <summary>Two provider nodes that are paid into one wallet: a channel to one of them is no channel to the other.</summary>
public class ChannelSaltTests
{
    private static readonly NodeIdentity Payer = Identity(1), One = Identity(2), Other = Identity(3);
    private static readonly Address Wallet = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)9, 32)]).Address;

    [Test]
    public void IsFor_NodeThatItWasMadeFor_Alone()
    {
        for (int free = 0; free <= ushort.MaxValue; free += 257)
        {
            ulong salt = ChannelSalt.New(One.Id, (ushort)free);
            Assert.That(ChannelSalt.IsFor(salt, One.Id));
            Assert.That(ChannelSalt.IsFor(salt, Other.Id), Is.False);
        }
    }

    [Test]
    public void Read_ChannelToAnotherNodeOfTheWallet_IsRefused()
    {
        ChannelReference channel = ChannelTo(One);
        Assert.That(ChannelCheck.Read(channel, ExpectedAt(One), out ChannelKey key), Is.Null);
        Assert.That(key.Payee, Is.EqualTo(Wallet));
        Assert.That(ChannelCheck.Read(channel, ExpectedAt(Other), out _), Does.Contain($"{Other.Id}"));
    }

    private static ChannelReference ChannelTo(NodeIdentity provider) => new()
    {
        Genesis = Bytes(Wallet), Program = Bytes(Wallet), Payer = Bytes(Wallet), Payee = Bytes(Wallet),
        Signer = ByteString.CopyFrom(Payer.PublicKey), Salt = ChannelSalt.New(provider.Id, 7), OpenSlot = 5,
    };

    private static ChannelExpectation ExpectedAt(NodeIdentity node) => new(Wallet, Wallet, Wallet, default, Payer.Id, node.Id);

    private static ByteString Bytes(Address address) => ByteString.CopyFrom(address.Span);

    private static NodeIdentity Identity(byte seed) => NodeIdentity.FromSeed([.. Enumerable.Repeat(seed, 32)]);
}
