using Infernet.Core.Identity;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>A peer that works for others, well or not.</summary>
internal sealed class SimulatedPeer(Behaviour behaviour, PeerId id, double speed, double share, bool mild)
{
    private const int Standing = 20;
    private const int NoNewcomer = 12;

    private readonly Dictionary<PeerId, int> _done = [];

    public Behaviour Behaviour { get; } = behaviour;

    /// <summary>Changes when the peer starts anew.</summary>
    public PeerId Id { get; private set; } = id;

    public double Speed { get; } = speed;

    /// <summary>Whether its wrong answers are those of the right model in fewer bits, and hard to tell.</summary>
    public bool IsMild { get; } = mild;

    public bool IsHonest => Behaviour == Behaviour.Honest;

    /// <summary>Whether it works honestly, whatever it says of others.</summary>
    public bool WorksHonestly => Behaviour is Behaviour.Honest or Behaviour.Slanderer;

    /// <summary>Does a shard for somebody; whether the answer is wrong.</summary>
    public bool Work(PeerId aggregator, Random random)
    {
        int before = _done.GetValueOrDefault(aggregator);
        _done[aggregator] = before + 1;
        return Behaviour switch
        {
            Behaviour.Always or Behaviour.Whitewasher => true,
            Behaviour.Sometimes or Behaviour.Ring => random.NextDouble() < share,
            Behaviour.OnOff => before >= Standing,
            Behaviour.Picky => before >= NoNewcomer && random.NextDouble() < 0.5,
            _ => false,
        };
    }

    public void StartAnew(PeerId id)
    {
        Id = id;
        _done.Clear();
    }
}
