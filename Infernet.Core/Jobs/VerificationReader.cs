using System.Text.Json;

namespace Infernet.Core.Jobs;

/// <summary>Reads the <c>verification</c> section, and holds it against the rest of the specification.</summary>
internal static class VerificationReader
{
    private const int MaxArguments = 64;
    private const int MaxArgumentLength = 4_096;

    public static VerificationSpecification Read(SpecificationFields? fields, JobKind kind)
    {
        if (fields is null)
        {
            return new VerificationSpecification { Compare = DefaultComparison(kind) };
        }

        var defaults = new VerificationSpecification();
        bool hasRate = fields.TryGet("audit_rate", out _);
        var verification = new VerificationSpecification
        {
            Mode = Mode(fields),
            AuditRate = fields.Number("audit_rate", defaults.AuditRate, 0, 1),
            Copies = (int)(fields.Integer(
                "copies", VerificationSpecification.MinCopies, VerificationSpecification.MaxCopies) ?? defaults.Copies),
            Compare = Compare(fields, kind),
            Tolerance = fields.Number("tolerance", defaults.Tolerance, 0, 1),
            Command = fields.Texts("command", MaxArguments, MaxArgumentLength),
        };
        Check(verification, fields, hasRate);
        fields.RefuseUnknown();
        return verification;
    }

    /// <summary>What the other sections must allow.</summary>
    public static void CheckTogether(JobSpecification specification, List<SpecificationError> errors)
    {
        VerificationSpecification verification = specification.Verification;
        bool redundant = verification.Mode == VerificationMode.Redundant;
        if (redundant && specification.Sharding.MaxProviders < verification.Copies)
        {
            errors.Add(new SpecificationError(
                "sharding.max_providers",
                $"must be at least verification.copies, which is {verification.Copies}: each input goes to as many"));
        }

        if (specification.Sampling is not { Seed: null, Temperature: > 0 } || verification.Mode == VerificationMode.None)
        {
            return;
        }

        if (!redundant)
        {
            errors.Add(new SpecificationError(
                "sampling.seed",
                "none lets each provider draw as it likes, which no audit can follow: give a seed, or set "
                + "verification.mode to redundant with compare command or numbers, or to none"));
        }
        else if (verification.Compare == OutputComparison.Bytes)
        {
            errors.Add(new SpecificationError(
                "verification.compare",
                "must be command or numbers when sampling.seed is none: answers drawn with different seeds are never "
                + "the same bytes; or give a seed, or a temperature of 0"));
        }
    }

    private static VerificationMode Mode(SpecificationFields fields)
    {
        switch (fields.Text("mode"))
        {
            case null or "tolerant":
                return VerificationMode.Tolerant;
            case "exact":
                return VerificationMode.Exact;
            case "redundant":
                return VerificationMode.Redundant;
            case "none":
                return VerificationMode.None;
            case var other:
                fields.Fail("mode", $"must be tolerant, exact, redundant or none, is '{other}'");
                return VerificationMode.Tolerant;
        }
    }

    // Embeddings of honest engines differ in their last digits.
    private static OutputComparison DefaultComparison(JobKind kind) =>
        kind == JobKind.Embedding ? OutputComparison.Numbers : OutputComparison.Bytes;

    private static OutputComparison Compare(SpecificationFields fields, JobKind kind)
    {
        switch (fields.Text("compare"))
        {
            case null:
                return DefaultComparison(kind);
            case "bytes":
                return OutputComparison.Bytes;
            case "numbers":
                return OutputComparison.Numbers;
            case "command":
                return OutputComparison.Command;
            case var other:
                fields.Fail("compare", $"must be bytes, numbers or command, is '{other}'");
                return OutputComparison.Bytes;
        }
    }

    // A field that would have no effect is a mistake: its writer believes in a check that is not made.
    private static void Check(VerificationSpecification verification, SpecificationFields fields, bool hasRate)
    {
        bool audited = verification.Mode is VerificationMode.Tolerant or VerificationMode.Exact;
        if (hasRate && !audited)
        {
            fields.Fail("audit_rate", "is for the modes tolerant and exact; leave it out");
        }

        bool redundant = verification.Mode == VerificationMode.Redundant;
        foreach (string field in (string[])["copies", "compare", "tolerance", "command"])
        {
            if (!redundant && fields.TryGet(field, out JsonElement _))
            {
                fields.Fail(field, "is for the mode redundant; set mode: redundant, or leave it out");
            }
        }

        if (redundant && verification.Compare != OutputComparison.Numbers && fields.TryGet("tolerance", out _))
        {
            fields.Fail("tolerance", "is for compare: numbers; set that, or leave it out");
        }

        if (redundant && verification.Compare == OutputComparison.Command != verification.Command.Count > 0)
        {
            fields.Fail(
                "command",
                verification.Command.Count > 0
                    ? "is for compare: command; set that, or leave it out"
                    : "must be a list of texts, the program and its arguments, such as [python3, same.py]");
        }
    }
}
