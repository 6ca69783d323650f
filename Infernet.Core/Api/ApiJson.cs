using System.Text.Json.Serialization;

namespace Infernet.Core.Api;

/// <summary>
/// The local API's JSON: snake_case, absent instead of null, strict about unknown fields; generated at build time so
/// that neither side reflects at start.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NodeStatus))]
[JsonSerializable(typeof(IReadOnlyList<PeerStatus>))]
[JsonSerializable(typeof(IReadOnlyList<ModelStatus>))]
[JsonSerializable(typeof(IReadOnlyList<JobStatus>))]
[JsonSerializable(typeof(IReadOnlyList<ReceiptView>))]
[JsonSerializable(typeof(ConnectRequest))]
[JsonSerializable(typeof(AddModelRequest))]
[JsonSerializable(typeof(PullModelRequest))]
[JsonSerializable(typeof(ModelProgress))]
[JsonSerializable(typeof(ChallengePeerRequest))]
[JsonSerializable(typeof(ChallengeReport))]
[JsonSerializable(typeof(ApiError))]
[JsonSerializable(typeof(JobEvent))]
[JsonSerializable(typeof(JobResult))]
[JsonSerializable(typeof(ResumeJobRequest))]
[JsonSerializable(typeof(IReadOnlyList<ChannelView>))]
[JsonSerializable(typeof(IReadOnlyList<ReputationStatus>))]
[JsonSerializable(typeof(ReputationExplanation))]
[JsonSerializable(typeof(EvidenceExport))]
[JsonSerializable(typeof(EvidenceFileView))]
[JsonSerializable(typeof(StakeView))]
[JsonSerializable(typeof(StakeChange))]
[JsonSerializable(typeof(LeaseChange))]
[JsonSerializable(typeof(IReadOnlyList<LeaseView>))]
[JsonSerializable(typeof(EscrowChange))]
[JsonSerializable(typeof(IReadOnlyList<EscrowView>))]
[JsonSerializable(typeof(AttestationSubject))]
[JsonSerializable(typeof(AttestationView))]
[JsonSerializable(typeof(IReadOnlyList<AttestationView>))]
public sealed partial class ApiJson : JsonSerializerContext;
