namespace Infernet.Solana.Rpc;

/// <summary>
/// An endpoint for people: scheme, host and port. Paths, queries and users hold keys that cost their owner money, and what
/// is said here stands in logs, in answers of the API, and in words to other peers.
/// </summary>
public static class EndpointName
{
    public static string Of(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return $"{endpoint.Scheme}://{endpoint.Authority}";
    }
}
