namespace Infernet.Dht;

/// <summary>
/// How far a publication got by the time the call returned: how many of the closest nodes were to keep it, and how
/// many had confirmed. The rest goes on in the background. Both are zero while this node is alone; it keeps the
/// publication and spreads it when others appear.
/// </summary>
public readonly record struct PublishResult(int Confirmed, int Targets);
