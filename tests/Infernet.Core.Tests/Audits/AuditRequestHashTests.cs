using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class AuditRequestHashTests
{
    private static IEnumerable<TestCaseData> Changes()
    {
        yield return Case("Nonce", r => r.Nonce = ByteString.CopyFrom(1));
        yield return Case("Kind", r => r.Kind = JobKind.Completion);
        yield return Case("Model", r => r.ModelRoot = ByteString.CopyFrom(1, 2));
        yield return Case("Temperature", r => r.Sampling.Temperature = 1);
        yield return Case("TopK", r => r.Sampling.TopK = 1);
        yield return Case("TopP", r => r.Sampling.TopP = 0.5f);
        yield return Case("MinP", r => r.Sampling.MinP = 0.5f);
        yield return Case("Seed", r => r.Sampling.Seed--);
        yield return Case("MaxTokens", r => r.Sampling.MaxTokens++);
        yield return Case("Stop", r => r.Sampling.Stop[0] = "!");
        yield return Case("Engine", r => r.Engine.Name = "x");
        yield return Case("Build", r => r.Engine.Build = "x");
        yield return Case("Variant", r => r.Engine.CpuVariant = "x");
        yield return Case("Attention", r => r.Engine.FlashAttention = true);
        yield return Case("KvMode", r => r.Engine.KvMode = "x");
        yield return Case("KvPrecision", r => r.Engine.KvPrecision = "x");
        yield return Case("Device", r => r.Engine.Device = "x");
        yield return Case("Weights", r => r.Engine.Weights = "x");
        yield return Case("Context", r => r.Engine.ContextTokens++);
        yield return Case("Exact", r => r.Exact = true);
        yield return Case("Item", r => r.Items[1].Receipt.TokenIds[0]++);
        yield return Case("Order", r => r.Items.Add(r.Items[0]));
    }

    [TestCaseSource(nameof(Changes))]
    public void Of_AnyField_DependsOnIt(Action<AuditRequest> change)
    {
        AuditRequest changed = AuditExamples.Request();
        change(changed);

        Assert.That(AuditRequestHash.Of(changed), Is.Not.EqualTo(AuditRequestHash.Of(AuditExamples.Request())));
    }

    [Test]
    public void Of_Payment_DoesNotDependOnIt()
    {
        AuditRequest paid = AuditExamples.Request();
        paid.Payment = new OfferPayment { IntentEnvelope = ByteString.CopyFrom(1, 2, 3) };

        Assert.That(AuditRequestHash.Of(paid), Is.EqualTo(AuditRequestHash.Of(AuditExamples.Request())));
    }

    [Test]
    public void Of_HashesOfItems_IsTheSame()
    {
        AuditRequest request = AuditExamples.Request();
        byte[] fromHashes = AuditRequestHash.Of(
            request.Nonce.Span, request.Kind, request.ModelRoot.Span, request.Sampling, request.Engine, request.Exact,
            [.. request.Items.Select(item => (ReadOnlyMemory<byte>)ItemReceiptHash.Of(item.Receipt))]);

        Assert.That(fromHashes, Is.EqualTo(AuditRequestHash.Of(request)));
    }

    private static TestCaseData Case(string name, Action<AuditRequest> change) =>
        new TestCaseData(change).SetArgDisplayNames(name);
}
