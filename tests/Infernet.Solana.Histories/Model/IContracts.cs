namespace Infernet.Solana.Histories.Model;

/// <summary>One kind of contract: what may happen to it next, and what ends all of them.</summary>
internal interface IContracts
{
    /// <summary>A step on something, right or wrong.</summary>
    Step Next();

    /// <summary>Steps that give everything back once time has passed; those of a later round come after more time.</summary>
    IEnumerable<Step> Drain(int round);
}
