namespace Infernet.Dht.Lookups;

/// <summary>The kinds of <see cref="LookupStep"/>.</summary>
internal enum LookupStepKind
{
    Ask,
    Wait,
    Finished,
}
