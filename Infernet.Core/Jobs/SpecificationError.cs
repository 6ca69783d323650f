namespace Infernet.Core.Jobs;

/// <summary>One thing that is wrong with a job specification.</summary>
/// <param name="Field">Where, as a path such as <c>sampling.temperature</c> or <c>inputs[3].messages</c>.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
public sealed record SpecificationError(string Field, string Message)
{
    public override string ToString() => Field.Length == 0 ? Message : $"{Field}: {Message}";
}
