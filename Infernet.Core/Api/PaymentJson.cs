using System.Text.Json.Serialization;

namespace Infernet.Core.Api;

/// <summary>
/// The part of the local API's JSON that is about money; the form is that of <see cref="ApiJson"/>, and what a request
/// must have may not be missing.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(WalletView))]
[JsonSerializable(typeof(WalletBalance))]
[JsonSerializable(typeof(StakeView))]
[JsonSerializable(typeof(StakeChange))]
[JsonSerializable(typeof(StakeRequest))]
[JsonSerializable(typeof(IReadOnlyList<LeaseView>))]
[JsonSerializable(typeof(LeaseChange))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(IReadOnlyList<EscrowView>))]
[JsonSerializable(typeof(EscrowChange))]
[JsonSerializable(typeof(EscrowRequest))]
[JsonSerializable(typeof(AttestedRequest))]
[JsonSerializable(typeof(ContractRequest))]
[JsonSerializable(typeof(IReadOnlyList<ChannelView>))]
[JsonSerializable(typeof(ChannelChange))]
[JsonSerializable(typeof(ChannelRequest))]
[JsonSerializable(typeof(EarningsReport))]
[JsonSerializable(typeof(SettleRequest))]
[JsonSerializable(typeof(SettleReport))]
[JsonSerializable(typeof(PriceView))]
[JsonSerializable(typeof(PriceRequest))]
[JsonSerializable(typeof(AttestationView))]
[JsonSerializable(typeof(AttestationSubject))]
public sealed partial class PaymentJson : JsonSerializerContext;
