namespace Infernet.Cheater.Cheats;

/// <summary>No cheat: an honest node that tests auditors as often as it is told to.</summary>
internal sealed class WatchfulSubmitter() : Cheat("watchful", "honest, with --canary-rate");
