using System.Text.Json;
using Infernet.Libp2p.Noise;

namespace Infernet.Libp2p.Tests.Noise;

internal sealed class HandshakeStateTests
{
    private static IEnumerable<TestCaseData> Vectors()
    {
        using Stream file = typeof(HandshakeStateTests).Assembly.GetManifestResourceStream("noise-xx.json")!;
        JsonElement root = JsonSerializer.Deserialize<JsonElement>(file);
        return root.GetProperty("vectors").EnumerateArray()
            .Select(v => new TestCaseData(v).SetArgDisplayNames(v.GetProperty("source").GetString()!));
    }

    [TestCaseSource(nameof(Vectors))]
    public void Messages_OfVector_AreAsPublished(JsonElement vector)
    {
        using HandshakeState initiator = Make(vector, "init", isInitiator: true);
        using HandshakeState responder = Make(vector, "resp", isInitiator: false);
        HandshakeState[] sides = [initiator, responder];
        (CipherState Send, CipherState Receive)[] channels = [];
        int number = 0;
        foreach (JsonElement message in vector.GetProperty("messages").EnumerateArray())
        {
            byte[] payload = Hex(message, "payload");
            byte[] expected = Hex(message, "ciphertext");
            int sender = number % 2;
            if (!initiator.IsComplete)
            {
                Assert.That(sides[sender].WriteMessage(payload), Is.EqualTo(expected));
                Assert.That(sides[1 - sender].ReadMessage(expected), Is.EqualTo(payload));
            }
            else
            {
                channels = channels.Length == 0 ? [initiator.Split(), responder.Split()] : channels;
                byte[] output = new byte[payload.Length + CipherState.TagLength];
                channels[sender].Send.Encrypt(payload, output);
                Assert.That(output, Is.EqualTo(expected));
                Assert.That(channels[1 - sender].Receive.TryDecrypt(output, output), Is.True);
                Assert.That(output[..payload.Length], Is.EqualTo(payload));
            }

            number++;
        }

        Assert.That(initiator.Hash.SequenceEqual(responder.Hash), Is.True);
        if (vector.TryGetProperty("handshake_hash", out JsonElement hash))
        {
            Assert.That(Convert.ToHexStringLower(initiator.Hash), Is.EqualTo(hash.GetString()));
        }
    }

    [Test]
    public void ReadMessage_CutShort_Throws([Range(0, 2)] int step)
    {
        (HandshakeState reader, byte[] message) = RunTo(step);

        // The first message has a payload in the clear, so only its key can be cut.
        int kept = step == 0 ? 31 : message.Length - 1;
        Assert.That(() => reader.ReadMessage(message.AsSpan(0, kept)), Throws.TypeOf<NoiseException>());
    }

    [Test]
    public void ReadMessage_AnyBitFlipped_Throws([Values(1, 2)] int step)
    {
        for (int at = 0; at < RunTo(step).Message.Length; at++)
        {
            (HandshakeState reader, byte[] message) = RunTo(step);
            message[at] ^= 0x40;
            Assert.That(() => reader.ReadMessage(message), Throws.TypeOf<NoiseException>(), $"byte {at}");
        }
    }

    [Test]
    public void ReadMessage_OfLowOrderKey_Throws()
    {
        using var responder = new HandshakeState(false, KeyPair.Generate(), KeyPair.Generate());
        responder.ReadMessage(new byte[32]);

        Assert.That(
            () => responder.WriteMessage([]), Throws.TypeOf<NoiseException>().With.Message.Contains("low order"));
    }

    [Test]
    public void ReadMessage_OfAnyBytes_GivesPayloadOrNoiseException()
    {
        var random = new Random(4711);
        for (int i = 0; i < 300; i++)
        {
            (HandshakeState reader, _) = RunTo(i % 3);
            byte[] garbage = new byte[random.Next(200)];
            random.NextBytes(garbage);
            try
            {
                reader.ReadMessage(garbage);
            }
            catch (NoiseException)
            {
            }
        }
    }

    [Test]
    public void WriteMessage_OutOfTurn_Throws()
    {
        using var responder = new HandshakeState(false, KeyPair.Generate(), KeyPair.Generate());

        Assert.That(() => responder.WriteMessage([]), Throws.InvalidOperationException);
    }

    // The side that reads the message of the step, and the message.
    private static (HandshakeState Reader, byte[] Message) RunTo(int step)
    {
        var initiator = new HandshakeState(true, KeyPair.Generate(), KeyPair.Generate());
        var responder = new HandshakeState(false, KeyPair.Generate(), KeyPair.Generate());
        HandshakeState[] sides = [initiator, responder];
        for (int i = 0; i < step; i++)
        {
            sides[1 - (i % 2)].ReadMessage(sides[i % 2].WriteMessage("payload"u8));
        }

        return (sides[1 - (step % 2)], sides[step % 2].WriteMessage("payload"u8));
    }

    private static HandshakeState Make(JsonElement vector, string side, bool isInitiator) => new(
        isInitiator,
        new KeyPair(Hex(vector, side + "_static")),
        new KeyPair(Hex(vector, side + "_ephemeral")),
        Hex(vector, side + "_prologue"));

    private static byte[] Hex(JsonElement of, string name) => Convert.FromHexString(of.GetProperty(name).GetString()!);
}
