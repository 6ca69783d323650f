using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>Answers one item; cancelling it throws.</summary>
/// <exception cref="Infernet.Execution.InferenceException">The engine can't go on.</exception>
internal delegate Task<ItemAnswer> AnswerItem(Item item, Sampling sampling, CancellationToken cancellationToken);

/// <summary>A model that is ready to work for others.</summary>
/// <param name="Root">CID of its file.</param>
/// <param name="Engine">What receipts say of it.</param>
/// <param name="Slots">Items that it computes at a time; more wait in its queue.</param>
/// <param name="Answer">Does the work.</param>
internal sealed record ServedEngine(Cid Root, EngineDescription Engine, int Slots, AnswerItem Answer);
