"""The peer: the same feature list in FastAPI, asyncpg and PyJWT, as their documentation shows how.

Run by uvicorn with uvloop and httptools, two workers. It verifies the same tokens (ES256, the issuer's JWKS), sets the
same two settings in a transaction and runs the same statement under the same restricted role, so that the same
row-level security answers.
"""

import functools
import hashlib
import os
import uuid
from contextlib import asynccontextmanager

import asyncpg
import jwt
from fastapi import Depends, FastAPI, Header, HTTPException

DATABASE_URL = os.environ["PEER_DATABASE_URL"]
ISSUER = os.environ["PEER_ISSUER"]
AUDIENCE = os.environ["PEER_AUDIENCE"]
KEYS = jwt.PyJWKClient(os.environ["PEER_JWKS_URL"], cache_keys=True, lifespan=600)
# Specwright keeps the claims of a token it has verified; with this set, so does the peer.
CACHES_TOKENS = os.environ.get("PEER_CACHES_TOKENS") == "1"

LIST = """
    SELECT id, title, status, revision, version, created_at, updated_at FROM features
    WHERE tenant_id = (SELECT app.tenant()) ORDER BY id DESC LIMIT $1
"""


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(DATABASE_URL, min_size=8, max_size=8)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


def verify(token: str) -> uuid.UUID:
    key = KEYS.get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token, key.key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER, options={"require": ["exp", "sub"]})
    return user_id(claims["iss"], claims["sub"])


if CACHES_TOKENS:
    verify = functools.lru_cache(maxsize=10_000)(verify)


def user_id(issuer: str, subject: str) -> uuid.UUID:
    """docs/decisions/0002-derived-user-ids.md"""
    issuer = issuer.encode()
    digest = hashlib.sha256(len(issuer).to_bytes(8, "big") + issuer + subject.encode()).digest()
    number = int.from_bytes(digest[:16], "big")
    # Version 8, RFC 9562 §5.8.
    number = number & ~(0xF << 76) | 8 << 76
    return uuid.UUID(int=number & ~(0x3 << 62) | 2 << 62)


async def tenant(authorization: str = Header()) -> uuid.UUID:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401)
    try:
        return verify(token)
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error


@app.get("/api/features")
async def list_features(limit: int = 20, tenant: uuid.UUID = Depends(tenant)):
    async with app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT set_config('app.tenant_id', $1, true), set_config('app.user_id', $1, true)", str(tenant))
        rows = await connection.fetch(LIST, limit + 1)
    items = [dict(row) for row in rows[:limit]]
    return {"items": items, "next_cursor": str(items[-1]["id"]) if len(rows) > limit else None}
