namespace Infernet.Dht.Lookups;

/// <summary>The kinds of <see cref="LookupEvent"/>.</summary>
internal enum LookupEventKind
{
    Poll,
    Response,
    Failure,
    Cancel,
}
