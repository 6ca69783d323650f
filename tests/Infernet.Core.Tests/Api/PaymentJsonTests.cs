using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Infernet.Core.Api;

namespace Infernet.Core.Tests.Api;

[TestFixture]
public sealed class PaymentJsonTests
{
    private static readonly PaymentJson Json = PaymentJson.Default;

    private static IEnumerable<TestCaseData> Incomplete =>
    [
        new(Json.AttestedRequest, "{}"),
        new(Json.AttestedRequest, """{"attestations": null}"""),
        new(Json.AttestedRequest, """{"attestations": [{}]}"""),
        new(Json.ContractRequest, """{"dry_run": true}"""),
        new(Json.ContractRequest, """{"address": null}"""),
        new(Json.LeaseRequest, """{"provider": "a", "price_per_hour": "1 SOL"}"""),
        new(Json.EscrowRequest, """{"payee": "a", "amount": null, "time": "2h"}"""),
        new(Json.ChannelRequest, """{"amount": "1 SOL"}"""),
        new(Json.StakeRequest, """{"amount": 5}"""),
        new(Json.PriceRequest, """{"inputs": "0"}"""),
    ];

    [TestCaseSource(nameof(Incomplete))]
    public void Request_ThatMissesSomething_IsNoRequest(JsonTypeInfo type, string json) =>
        Assert.That(() => JsonSerializer.Deserialize(json, type), Throws.InstanceOf<JsonException>());

    [Test]
    public void Request_WithoutWhatMayBeLeftOut_IsWhole()
    {
        Assert.That(
            JsonSerializer.Deserialize("""{"address": "a"}""", Json.ContractRequest),
            Is.EqualTo(new ContractRequest("a")));
        Assert.That(
            JsonSerializer.Deserialize("""{"payee": "a", "amount": "1 SOL", "time": "2h"}""", Json.EscrowRequest),
            Is.EqualTo(new EscrowRequest("a", "1 SOL", "2h")));
    }

    [Test]
    public void Tier_ForAnyNumberOfJobs_ComesBackAsItWent()
    {
        var tier = new StakeTierView(5, null);
        string json = JsonSerializer.Serialize(tier, Json.StakeTierView);
        Assert.That(JsonSerializer.Deserialize(json, Json.StakeTierView), Is.EqualTo(tier));
    }
}
