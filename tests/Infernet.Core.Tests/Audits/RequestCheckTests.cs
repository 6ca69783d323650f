using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Audits;

/// <summary>One rule each: a request that breaks it is refused for that reason.</summary>
[TestFixture]
public sealed class RequestCheckTests
{
    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("Nonce", r => r.Nonce = ByteString.Empty, "nonce must have 16");
        yield return Case("NoRoot", r => r.ModelRoot = ByteString.Empty, "model_root");
        yield return Case("LongRoot", r => r.ModelRoot = ByteString.CopyFrom(new byte[129]), "model_root");
        yield return Case("Kind", r => r.Kind = (JobKind)9, "kind 9");
        yield return Case("NoItems", r => r.Items.Clear(), "1 to 64 items");
        yield return Case("ManyItems", r => r.Items.Add(Enumerable.Repeat(r.Items[0], 63)), "1 to 64 items");
        yield return Case("NoEngine", r => r.Engine = null, "engine is not described");
        yield return Case("NamelessEngine", r => r.Engine.Name = "", "engine has no name");
        yield return Case("LongEngine", r => r.Engine.CpuVariant = new string('x', 129), "cpu_variant is longer");
        yield return Case("NoSampling", r => r.Sampling = null, "sampling is missing");
        yield return Case("Temperature", r => r.Sampling.Temperature = 2.1f, "temperature");
        yield return Case("NoTemperature", r => r.Sampling.Temperature = float.NaN, "temperature");
        yield return Case("TopP", r => r.Sampling.TopP = 0, "top_p");
        yield return Case("MinP", r => r.Sampling.MinP = -1, "min_p");
        yield return Case("TopK", r => r.Sampling.TopK = uint.MaxValue, "top_k");
        yield return Case("MaxTokens", r => r.Sampling.MaxTokens = 0, "max_tokens");
        yield return Case("HugeMaxTokens", r => r.Sampling.MaxTokens = uint.MaxValue, "max_tokens");
        yield return Case("Stops", r => r.Sampling.Stop.Add(Enumerable.Repeat("x", 16)), "16 stop texts");
        yield return Case("EmptyStop", r => r.Sampling.Stop.Add(""), "a stop text");
        yield return Case("NoReceipt", r => r.Items[1].Receipt = null, "lacks its receipt");
        yield return Case("NoInput", r => r.Items[1].Input = null, "its input");
        yield return Case("NoOutput", r => r.Items[1].Output = null, "its output");
        yield return Case("Twice", r => r.Items[1] = r.Items[0], "there twice");
        yield return Case("ReceiptIndex", r => r.Items[1].Receipt.Index = 9, "same index");
        yield return Case("OutputIndex", r => r.Items[1].Output.Index = 9, "same index");
        yield return Case("InputHash", r => r.Items[0].Receipt.InputHash = ByteString.Empty, "hashes must have 32");
        yield return Case("OutputHash", r => r.Items[0].Receipt.OutputHash = ByteString.Empty, "hashes must have 32");
        yield return Case("Count", r => r.Items[0].Receipt.CompletionTokens = 9, "9 tokens are claimed, 3 are listed");
        yield return Case("Finish", r => r.Items[0].Receipt.FinishReason = "?", "finish reason is none");
        yield return Case("NoError", r => r.Items[0].Receipt.FinishReason = FinishReason.Error, "do not agree");
        yield return Case("Input", r => r.Items[0].Input.Prompt = "x", "input must be a chat");
        yield return Case("NoMessages", r => r.Items[0].Input.Chat.Messages.Clear(), "1 to 1000 messages");
        yield return Case("LongInput", r => r.Items[0].Input.Chat.Messages[0].Content = Long(1 << 20), "input is longer");
        yield return Case("LongOutput", r => r.Items[0].Output.Text = Long(4 << 20), "output is longer");
        yield return Case(
            "LongEmbedding", r => r.Items[0].Output.Embedding.Add(new float[65_537]), "more than 65536 numbers");
        yield return Case("ManyTokens", Fill, "more than 262144 tokens");
        yield return Case("EmbeddingTokens", AskForEmbeddings, "an embedding has no tokens");
    }

    [TestCaseSource(nameof(Wrong))]
    public void Request_ThatBreaksARule_IsRefusedForIt(Action<AuditRequest> spoil, string reason)
    {
        AuditRequest request = AuditExamples.Request();
        spoil(request);

        Assert.That(RequestCheck.FindProblem(request), Does.Contain(reason));
    }

    [Test]
    public void Request_ThatIsRight_HasNoProblem() =>
        Assert.That(RequestCheck.FindProblem(AuditExamples.Request()), Is.Null);

    [Test]
    public void AnyBytes_ThatParse_GiveASentenceOrNothing()
    {
        var random = new Random(3);
        byte[] good = AuditExamples.Request().ToByteArray();
        for (int round = 0; round < 5_000; round++)
        {
            byte[] bytes = [.. good];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                _ = RequestCheck.FindProblem(AuditRequest.Parser.ParseFrom(bytes));
            }
            catch (InvalidProtocolBufferException)
            {
                // What is no message never reaches the check.
            }
        }
    }

    private static void Fill(AuditRequest request)
    {
        ItemReceipt receipt = request.Items[0].Receipt;
        receipt.TokenIds.Add(new uint[AuditLimits.MaxTokens]);
        receipt.CompletionTokens = (uint)receipt.TokenIds.Count;
    }

    private static void AskForEmbeddings(AuditRequest request)
    {
        request.Kind = JobKind.Embedding;
        request.Items[0].Input.Text = "x";
    }

    private static string Long(int length) => new('x', length + 1);

    private static TestCaseData Case(string name, Action<AuditRequest> spoil, string reason) =>
        new TestCaseData(spoil, reason).SetArgDisplayNames(name);
}
