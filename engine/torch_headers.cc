// Nothing but the precompiled header of this target, which the engine's targets reuse.
