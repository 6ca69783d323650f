namespace Infernet.Bench.Trust.Simulation;

/// <summary>What a simulated peer does with the work that it is given, and says about others.</summary>
internal enum Behaviour
{
    Honest,

    /// <summary>Every answer is wrong: another model's, or a heavier quantisation's.</summary>
    Always,

    /// <summary>A share of the answers is wrong, for each such peer another one between 10 and 50 %.</summary>
    Sometimes,

    /// <summary>Honest until it has a standing with whoever asks, then never again.</summary>
    OnOff,

    /// <summary>Half of the answers are wrong, once it guesses that it is a newcomer no more and seldom audited.</summary>
    Picky,

    /// <summary>One of a ring: three answers in ten are wrong, its members praise each other and slander the rest.</summary>
    Ring,

    /// <summary>Works honestly, so that its word weighs something, and slanders honest peers.</summary>
    Slanderer,

    /// <summary>Every answer is wrong; comes back under a new name once it is out.</summary>
    Whitewasher,
}
