using System.Text.Json;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Tests.Node;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Transactions;

public class TransactionTests
{
    private static readonly SolanaKey Payer = SolanaKey.FromSeed(new byte[32]);
    private static readonly SolanaKey Other = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly Address Program = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)2, 32)]).Address;

    [Test]
    public async Task Sign_RandomInstructions_GivesTheBytesThatKitGives()
    {
        Dictionary<string, SolanaKey> keys = (await KitVectors.ListAsync("keys"))
            .ToDictionary(k => k.Text("address"), k => SolanaKey.FromSeed(k.Hex("seed")));
        JsonElement[] vectors = await KitVectors.ListAsync("transactions");
        Assert.That(
            vectors.SelectMany(v => v.GetProperty("instructions").EnumerateArray()).Select(i => i.Text("kind")).Distinct(),
            Is.SupersetOf(["unitLimit", "transfer", "createAccount", "transferChecked", "createAssociated", "ed25519", "memo"]));
        Assert.That(vectors.Select(v => v.Text("version")).Distinct(), Is.EquivalentTo(["0", "legacy"]));
        int loaded = 0;
        for (int i = 0; i < vectors.Length; i++)
        {
            JsonElement vector = vectors[i];
            Message message = Message.Compile(
                KitInstructions.At(vector, "payer"),
                KitInstructions.At(vector, "blockhash"),
                [.. vector.GetProperty("instructions").EnumerateArray().Select(KitInstructions.Build)],
                vector.Text("version") == "0" ? MessageVersion.V0 : MessageVersion.Legacy,
                [.. vector.GetProperty("tables").EnumerateArray().Select(KitInstructions.Table)]);
            loaded += message.Lookups.Sum(l => l.WritableIndices.Length + l.ReadOnlyIndices.Length);
            var signed = Transaction.Sign(
                message, [.. vector.GetProperty("signers").EnumerateArray().Select(s => keys[s.GetString()!])]);
            Assert.That(Convert.ToBase64String(signed.Serialize()), Is.EqualTo(vector.Text("wire")), $"vector {i}");
        }

        Assert.That(loaded, Is.GreaterThan(100), "accounts that came from tables");
    }

    [Test]
    public async Task Parse_KitsTransactions_ReadsThemAndWritesThemBack()
    {
        foreach (JsonElement vector in await KitVectors.ListAsync("transactions"))
        {
            byte[] wire = Convert.FromBase64String(vector.Text("wire"));
            var parsed = Transaction.Parse(wire);
            Assert.That(parsed.Serialize(), Is.EqualTo(wire));
            Assert.That(parsed.Message.Serialize(), Is.EqualTo(parsed.MessageBytes.ToArray()));
            Assert.That(parsed.IsFullySigned);
        }
    }

    [Test]
    public void Parse_AnyBytes_GivesATransactionOrAFormatError()
    {
        var random = new Random(7);
        byte[] valid = Transaction.Sign(Compile(Transfer()), Payer).Serialize();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = Mutate(random, valid);
            try
            {
                Assert.That(Transaction.Parse(bytes).Serialize(), Is.EqualTo(bytes));
            }
            catch (TransactionFormatException)
            {
                // What it is not has been said.
            }
        }
    }

    [Test]
    public void Parse_AddressTables_ReadsThemAndWritesThemBack()
    {
        var message = new Message(
            MessageVersion.V0,
            new MessageHeader(1, 0, 1),
            [Payer.Address, Program],
            default,
            [new CompiledInstruction(1, new byte[] { 0, 2, 3, 4 }, new byte[] { 9 })],
            [new AddressTableLookup(Other.Address, new byte[] { 7 }, new byte[] { 1, 200 })]);
        byte[] wire = Transaction.Sign(message, Payer).Serialize();
        var parsed = Transaction.Parse(wire);
        Assert.That(parsed.Message.Lookups[0].Table, Is.EqualTo(Other.Address));
        Assert.That(parsed.Message.Lookups[0].ReadOnlyIndices.ToArray(), Is.EqualTo(new byte[] { 1, 200 }));
        Assert.That(parsed.Serialize(), Is.EqualTo(wire));
    }

    [Test]
    public void Parse_MoreSignaturesThanSigners_IsRefused()
    {
        byte[] wire = Transaction.Sign(Compile(Transfer()), Payer).Serialize();
        byte[] twice = [2, .. wire[1..65], .. wire[1..65], .. wire[65..]];
        Assert.That(() => Transaction.Parse(twice), Throws.TypeOf<TransactionFormatException>());
    }

    [Test]
    public void Parse_TrailingBytes_AreRefused() => Assert.That(
        () => Transaction.Parse([.. Transaction.Sign(Compile(Transfer()), Payer).Serialize(), 0]),
        Throws.TypeOf<TransactionFormatException>());

    [Test]
    public void Parse_VersionOne_IsRefused()
    {
        byte[] wire = Transaction.Sign(Compile(Transfer()), Payer).Serialize();
        wire[65] = 0x81;
        Assert.That(() => Transaction.Parse(wire), Throws.TypeOf<TransactionFormatException>()
            .With.Message.Contains("version 1"));
    }

    [Test]
    public void Parse_OverOnePacket_IsRefused() => Assert.That(
        () => Transaction.Parse(new byte[TransactionLimits.MaxTransactionLength + 1]),
        Throws.TypeOf<TransactionFormatException>().With.Message.Contains("1232"));

    [Test]
    public void IsFullySigned_MissingOrForeignSignature_IsFalse()
    {
        Message message = Compile(SystemProgram.CreateAccount(Payer.Address, Other.Address, 1, 0, Program));
        var half = Transaction.Sign(message, Payer);
        Assert.That(half.IsFullySigned, Is.False);
        byte[] wire = half.With(Other).Serialize();
        Assert.That(Transaction.Parse(wire).IsFullySigned);
        wire[70] ^= 1;
        Assert.That(Transaction.Parse(wire).IsFullySigned, Is.False);
    }

    [Test]
    public void Sign_KeyThatNeedNotSign_IsRefused() => Assert.That(
        () => Transaction.Sign(Compile(Transfer()), Payer, SolanaKey.FromSeed([.. Enumerable.Repeat((byte)9, 32)])),
        Throws.TypeOf<TransactionFormatException>().With.Message.Contains("must sign"));

    [Test]
    public void Sign_OverOnePacket_IsRefused() => Assert.That(
        () => Transaction.Sign(Compile(new Instruction(Program, [], new byte[1200])), Payer),
        Throws.TypeOf<TransactionFormatException>().With.Message.Contains("1232"));

    [Test]
    public void Compile_WritableProgram_IsRefused() => Assert.That(
        () => Compile(new Instruction(Program, [AccountMeta.Writable(Program)], default)),
        Throws.TypeOf<TransactionFormatException>().With.Message.Contains(Program.ToString()));

    [Test]
    public void Compile_TablesInALegacyMessage_AreRefused() => Assert.That(
        () => Message.Compile(
            Payer.Address, Program, [Transfer()], MessageVersion.Legacy, [new AddressTable(Program, [Other.Address])]),
        Throws.TypeOf<TransactionFormatException>().With.Message.Contains("legacy"));

    [Test]
    public void Table_MoreAddressesThanAnIndexHas_IsRefused() => Assert.That(
        () => new AddressTable(Program, new Address[257]), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Compile_TooManyAccounts_IsRefused()
    {
        AccountMeta[] accounts =
        [
            .. Enumerable.Range(0, 70).Select(i => AccountMeta.ReadOnly(new Address([.. Enumerable.Repeat((byte)i, 32)]))),
        ];
        Assert.That(
            () => Compile(new Instruction(Program, accounts, default)),
            Throws.TypeOf<TransactionFormatException>().With.Message.Contains("accounts"));
    }

    private static Instruction Transfer() => SystemProgram.Transfer(Payer.Address, Other.Address, 5);

    private static Message Compile(Instruction instruction) => Message.Compile(Payer.Address, Program, [instruction]);

    private static byte[] Mutate(Random random, byte[] valid)
    {
        byte[] bytes = random.Next(4) == 0 ? new byte[random.Next(300)] : [.. valid];
        if (bytes != valid && bytes.Length != valid.Length)
        {
            random.NextBytes(bytes);
            return bytes;
        }

        for (int n = random.Next(1, 4); n > 0; n--)
        {
            bytes[random.Next(2) == 0 ? random.Next(bytes.Length) : 64 + random.Next(6)] = (byte)random.Next(256);
        }

        return bytes[..random.Next(bytes.Length + 1)];
    }
}
