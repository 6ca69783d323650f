namespace Infernet.Core.Jobs;

/// <summary>A job specification is refused; carries everything that is wrong with it, not just the first thing.</summary>
public sealed class SpecificationException(IReadOnlyList<SpecificationError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<SpecificationError> Errors { get; } = errors;
}
