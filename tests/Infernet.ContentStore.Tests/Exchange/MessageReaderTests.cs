using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Infernet.ContentStore.Dag;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Chunks;
using Infernet.Libp2p.Messages;

namespace Infernet.ContentStore.Tests.Exchange;

[TestFixture]
internal sealed class MessageReaderTests
{
    private static readonly Cid Name = Cid.OfRaw("abc"u8);

    [Test]
    public async Task Read_BlockWrittenByHand_IsWhatTheSchemaSays()
    {
        var output = new ArrayBufferWriter<byte>();
        BlockMessage.WriteHeader(output, Name, 3);
        output.Write("abc"u8);
        BlockMessage.WriteMissing(output, Name);

        using var stream = new MemoryStream(output.WrittenSpan.ToArray());
        ByteString cid = ByteString.CopyFrom(Name.ToBytes());
        Assert.That(
            ChunkMessage.Parser.ParseDelimitedFrom(stream).Block,
            Is.EqualTo(new Block { Cid = cid, Data = ByteString.CopyFromUtf8("abc") }));
        Assert.That(ChunkMessage.Parser.ParseDelimitedFrom(stream).Block, Is.EqualTo(new Block { Cid = cid, Missing = true }));

        using var reader = new MessageReader(PipeReader.Create(new ReadOnlySequence<byte>(output.WrittenMemory)));
        BlockMessage block = (await reader.ReadAsync(default)).Block!.Value;
        Assert.That(block.Data.ToArray(), Is.EqualTo("abc"u8.ToArray()));
        Assert.That(block.Hash, Is.EqualTo(BlockHash.Of("abc"u8)));
        Assert.That((await reader.ReadAsync(default)).Block!.Value.IsMissing);
        Assert.That(await reader.ReadAsync(default), Is.EqualTo(((BlockMessage?)null, (ChunkMessage?)null)));
    }

    [Test]
    public async Task Read_TooLarge_IsRefusedBeforeItComes()
    {
        var pipe = new Pipe();
        Varint.Write(pipe.Writer, BlockMessage.MaxMessageSize + 1);
        await pipe.Writer.FlushAsync();
        using var reader = new MessageReader(pipe.Reader);
        await Assert.ThrowsAsync<MessageException>(() => reader.ReadAsync(default).AsTask());
    }

    [TestCase(new byte[] { 5, 0x2a })]
    [TestCase(new byte[] { 0x80 })]
    [TestCase(new byte[] { 0x80, 0 })]
    [TestCase(new byte[] { 0 })]
    [TestCase(new byte[] { 2, 0x2a, 9 })]
    [TestCase(new byte[] { 2, 0x2a, 0 })]
    [TestCase(new byte[] { 4, 0x2a, 2, 0x18, 1 })]
    public async Task Read_CutOffOrBroken_IsRefused(byte[] bytes)
    {
        using var reader = new MessageReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)));
        await Assert.ThrowsAsync<MessageException>(() => reader.ReadAsync(default).AsTask());
    }

    [Test]
    public async Task Read_AnyBytes_GiveMessagesOrAProtocolError()
    {
        var random = new Random(11);
        var output = new ArrayBufferWriter<byte>();
        BlockMessage.WriteHeader(output, Name, 3);
        output.Write("abc"u8);
        LengthPrefixed.Write(output, new ChunkMessage { Want = new Want { Cids = { ByteString.CopyFrom(Name.ToBytes()) } } });
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = i % 2 == 0 ? TestBytes.Random(random.Next(100), i) : output.WrittenSpan.ToArray();
            for (int edits = random.Next(4); edits > 0 && bytes.Length > 0; edits--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using var reader = new MessageReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)));
            try
            {
                while (await reader.ReadAsync(default) is not (null, null))
                {
                }
            }
            catch (MessageException)
            {
            }
        }
    }
}
