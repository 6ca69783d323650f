using System.Text;
using System.Text.Json;
using Infernet.Core.Audits;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class AuditCalibrationsTests
{
    private static readonly Cid Root = Cid.OfRaw([1]);
    private static readonly AuditCalibration Fallback = AuditCalibrations.Shipped.Fallback;

    private static readonly AuditCalibrations Some = new(
    [
        Fallback, Fallback with { Weights = "Q4_0" }, Fallback with { Weights = "Q8_0", ModelRoot = Root.ToString() },
    ]);

    [Test]
    public void For_AKnownModel_IsItsOwn() =>
        Assert.That(Some.For(Root.ToBytes(), "Q4_0").ModelRoot, Is.EqualTo(Root.ToString()));

    [Test]
    public void For_AnotherModel_IsThatOfItsQuantisation() =>
        Assert.That(Some.For([1], "Q4_0").Weights, Is.EqualTo("Q4_0"));

    [TestCase("Q2_K")]
    [TestCase("")]
    [TestCase(null)]
    public void For_NothingKnown_IsTheFallback(string? weights) =>
        Assert.That(Some.For([], weights), Is.SameAs(Fallback));

    [Test]
    public void Calibrations_WithoutAFallback_AreRefused() =>
        Assert.That(() => new AuditCalibrations([]), Throws.ArgumentException);

    [Test]
    public void Shipped_EachOne_SurvivesWritingAndReading()
    {
        AuditCalibration read = AuditCalibrations.Read(AuditCalibrations.Write(Fallback));

        Assert.That(read.Margins.Honest, Is.EqualTo(Fallback.Margins.Honest));
        Assert.That(read.Provenance.Command, Is.EqualTo(Fallback.Provenance.Command));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("""{"model_root":1}""")]
    public void Read_WhatIsNoCalibration_Fails(string json) =>
        Assert.That(() => AuditCalibrations.Read(Encoding.UTF8.GetBytes(json)), Throws.InstanceOf<JsonException>());
}
