namespace Infernet.Core.Api;

/// <summary>Why a request was refused or failed; every error of the API has this body.</summary>
public sealed record ApiError
{
    /// <summary>
    /// For programs: "invalid", "not-found", "unreachable", "unsuitable", "job-failed", "deadline", "budget",
    /// "disk-full", "conflict", "internal", or one of <see cref="PaymentCodes"/>.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>For people: what was wrong, where, and what would be right.</summary>
    public required string Message { get; init; }

    /// <summary>For each field, peer or attempt, one line.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];
}
