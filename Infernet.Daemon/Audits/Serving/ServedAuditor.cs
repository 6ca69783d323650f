using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>A model whose answers this node can judge.</summary>
/// <param name="Root">CID of its file.</param>
/// <param name="Engine">What verdicts say of the engine.</param>
/// <param name="Judge">Does the work.</param>
internal sealed record ServedAuditor(Cid Root, EngineDescription Engine, JudgeItems Judge);
