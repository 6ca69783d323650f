namespace Infernet.Daemon.Journal;

/// <summary>A model that this node has, or was asked to fetch.</summary>
/// <param name="Cid">Root CID.</param>
/// <param name="Alias">What it is called here; no two have the same.</param>
/// <param name="SizeBytes">The file's size; 0 while it is not known.</param>
/// <param name="Serve">Whether to load it and offer it to others.</param>
/// <param name="Complete">Whether all of it is in the store.</param>
internal sealed record ModelRecord(string Cid, string Alias, long SizeBytes, bool Serve, bool Complete);
