using Infernet.Solana.Rpc;

namespace Infernet.Solana.Tests.Rpc;

public class TransactionJudgeTests
{
    [TestCase("Done", SendOutcome.Done, true)]
    [TestCase("Done Done", SendOutcome.Done, true)]
    [TestCase("Done Done Never", SendOutcome.Done, true)]
    [TestCase("Done Silent", SendOutcome.Done, false)]
    [TestCase("Done Never", SendOutcome.Done, false)]
    [TestCase("Done Never Never", SendOutcome.Done, false)]
    [TestCase("Done Done Never Failed", SendOutcome.Done, false)]
    [TestCase("Done NotYet", SendOutcome.Done, false)]
    [TestCase("Done Failed", SendOutcome.Done, false)]
    [TestCase("Failed", SendOutcome.Failed, true)]
    [TestCase("Failed Failed", SendOutcome.Failed, true)]
    [TestCase("Failed Never", SendOutcome.Failed, true)]
    [TestCase("Failed Silent", SendOutcome.Failed, true)]
    [TestCase("Never Never", SendOutcome.Expired, true)]
    public void Judge_WhenNobodyIsWaitedFor_SaysWhatIsSure(string said, SendOutcome outcome, bool agreed)
    {
        SendResult result = Judge(said, patient: false)!;
        Assert.That((result.Outcome, result.Agreed), Is.EqualTo((outcome, agreed)));
    }

    [TestCase("Never NotYet")]
    [TestCase("Never Silent")]
    [TestCase("Failed NotYet")]
    [TestCase("Failed Failed NotYet")]
    public void Judge_WhatWouldBePaidAnew_NeedsAWordOfAll(string said) =>
        Assert.That(Judge(said, patient: false), Is.Null);

    [TestCase("Done NotYet")]
    [TestCase("Failed Silent")]
    public void Judge_Patient_WaitsForTheOthers(string said) => Assert.That(Judge(said, patient: true), Is.Null);

    private static SendResult? Judge(string said, bool patient) => TransactionJudge.Judge(
        "id", [.. said.Split(' ').Select(w => new Testimony(Enum.Parse<Testimony.Word>(w), 5))], patient);
}
