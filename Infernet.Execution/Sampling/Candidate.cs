namespace Infernet.Execution.Sampling;

/// <summary>A token that may be drawn, and its logit. Orders from the likeliest on, lower ids first among equals.</summary>
internal readonly record struct Candidate(float Logit, int Id) : IComparable<Candidate>
{
    public int CompareTo(Candidate other) =>
        Logit > other.Logit ? -1 : Logit < other.Logit ? 1 : Id.CompareTo(other.Id);

    public bool Precedes(Candidate other) => CompareTo(other) < 0;
}
