import asyncio

print("ready")
await asyncio.sleep(60)  # type: ignore[top-level-await]  # noqa: F704
