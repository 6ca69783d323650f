using System.Buffers.Binary;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Tests.Settlement;

public class StateTests
{
    // Where a configuration has its threshold, and behind it the committee's size.
    private const int ThresholdAt = 174;

    [TestCase(1, SettlementConfig.Length)]
    [TestCase(2, ChannelState.Length)]
    [TestCase(3, EscrowState.Length)]
    [TestCase(4, NodeState.Length)]
    [TestCase(5, LeaseState.Length)]
    public void TryRead_AnyBytes_AreReadOnlyAsTheirOwnKind(int tag, int length)
    {
        var random = new Random(tag);
        byte[] data = new byte[length];
        random.NextBytes(data);
        BinaryPrimitives.WriteInt64LittleEndian(data, tag);
        (data[ThresholdAt], data[ThresholdAt + 1]) = (2, 3);
        bool[] read = ReadAs(data);
        Assert.That(read[tag - 1]);
        Assert.That(read.Count(r => r), Is.EqualTo(1));
    }

    // With no signature, or with more than can be checked, what a client makes of it would be nonsense.
    [TestCase(0, 3, false)]
    [TestCase(4, 3, false)]
    [TestCase(6, 10, false)]
    [TestCase(1, 11, false)]
    [TestCase(1, 1, true)]
    [TestCase(5, 10, true)]
    public void TryRead_CommitteeThatTheProgramWouldNotKeep_IsRefused(byte threshold, byte size, bool isRead)
    {
        byte[] data = new byte[SettlementConfig.Length];
        data[0] = 1;
        (data[ThresholdAt], data[ThresholdAt + 1]) = (threshold, size);
        Assert.That(SettlementConfig.TryRead(data, out _), Is.EqualTo(isRead));
    }

    [Test]
    public void TryRead_OtherLengths_AreRefused()
    {
        for (int length = 0; length < 600; length++)
        {
            byte[] data = new byte[length];
            if (length >= 8)
            {
                // No kind has this tag.
                data[0] = 9;
            }

            Assert.That(ReadAs(data), Has.None.True);
        }
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("\"BlockhashNotFound\"")]
    [TestCase("{\"InstructionError\":[0,\"InvalidAccountData\"]}")]
    [TestCase("{\"InstructionError\":[0]}")]
    [TestCase("{\"InstructionError\":[-0.5,{\"Custom\":1}]}")]
    [TestCase("{\"InstructionError\":[0,{\"Custom\":99999999999}]}")]
    public void Failure_OtherErrors_AreNotThePrograms(string? json) =>
        Assert.That(SettlementFailure.TryRead(json, out _), Is.False);

    [Test]
    public void Failure_CustomCode_NamesInstructionAndReason()
    {
        Assert.That(SettlementFailure.TryRead("{\"InstructionError\":[2,{\"Custom\":10}]}", out SettlementFailure failure));
        Assert.That(failure, Is.EqualTo(new SettlementFailure(2, SettlementError.Deposit)));
    }

    private static bool[] ReadAs(byte[] data) =>
    [
        SettlementConfig.TryRead(data, out _), ChannelState.TryRead(data, out _), EscrowState.TryRead(data, out _),
        NodeState.TryRead(data, out _), LeaseState.TryRead(data, out _),
    ];
}
