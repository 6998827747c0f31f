from support.node import NODE as NODE
from support.node import ask_node as ask_node
