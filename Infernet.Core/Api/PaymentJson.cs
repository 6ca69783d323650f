using System.Text.Json.Serialization;

namespace Infernet.Core.Api;

/// <summary>The part of the local API's JSON that is about money; the form is that of <see cref="ApiJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(WalletView))]
[JsonSerializable(typeof(WalletBalance))]
public sealed partial class PaymentJson : JsonSerializerContext;
