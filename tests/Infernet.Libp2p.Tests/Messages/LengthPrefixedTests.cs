using System.IO.Pipelines;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Messages;

namespace Infernet.Libp2p.Tests.Messages;

internal sealed class LengthPrefixedTests
{
    private const int MaxSize = 1_000;

    [Test]
    public async Task Read_OfWrittenMessages_GivesThemAndThenTheEnd()
    {
        var pipe = new Pipe();
        await LengthPrefixed.WriteAsync(pipe.Writer, new Envelope { Payload = Zeros(300) }, CancellationToken.None);
        await LengthPrefixed.WriteAsync(pipe.Writer, new Envelope(), CancellationToken.None);
        await pipe.Writer.CompleteAsync();

        Assert.That((await ReadAsync(pipe))!.Payload, Has.Length.EqualTo(300));
        Assert.That((await ReadAsync(pipe))!.Payload, Is.Empty);
        Assert.That(await ReadAsync(pipe), Is.Null);
    }

    private static readonly byte[][] Broken =
    [
        [0xe9, 0x07],                    // 1,001 bytes are announced
        [0xff, 0xff, 0xff, 0xff, 0x7f],  // far more are
        [0x80, 0x00],                    // a length that is not in its shortest form
        [0x05, 1, 2],                    // the end comes too early
        [0x80],                          // even for the length
        [0x02, 0xff, 0xff],              // no protobuf
    ];

    [TestCaseSource(nameof(Broken))]
    public async Task Read_OfBrokenMessage_Throws(byte[] bytes)
    {
        Pipe pipe = await HoldingAsync(bytes);

        Assert.That(async () => await ReadAsync(pipe), Throws.TypeOf<MessageException>());
    }

    [Test]
    public async Task Read_OfAnyBytes_GivesMessagesOrMessageException()
    {
        var random = new Random(12);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            Pipe pipe = await HoldingAsync(bytes);
            try
            {
                while (await ReadAsync(pipe) is not null)
                {
                }
            }
            catch (MessageException)
            {
            }
        }
    }

    private static async Task<Pipe> HoldingAsync(byte[] bytes)
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(bytes);
        await pipe.Writer.CompleteAsync();
        return pipe;
    }

    private static ValueTask<Envelope?> ReadAsync(Pipe pipe) =>
        LengthPrefixed.ReadAsync(pipe.Reader, Envelope.Parser, MaxSize, CancellationToken.None);

    private static Google.Protobuf.ByteString Zeros(int count) =>
        Google.Protobuf.ByteString.CopyFrom(new byte[count]);
}
